#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label.h"

namespace orchestrator_exporter {

// The tokens of one line of an exposition in text format 0.0.4, from left to right. What is taken
// points into the line, or into `texts` where escapes had to be undone. Every call throws
// ParseError, with place, line and finding, where the line goes on otherwise.
class TextLine {
 public:
  // Which names may be quoted: those that are legal bare, or any text but the empty one.
  enum class Quoted : std::uint8_t { kClassic, kUtf8 };

  TextLine(std::string_view place, std::size_t number, std::string_view text,
           std::deque<std::string>& texts, Quoted quoted = Quoted::kClassic)
      : place_(place), number_(number), all_(text), rest_(text), texts_(texts), quoted_(quoted) {
    skipBlanks();
  }

  [[noreturn]] void fail(std::string_view expected, std::string_view found) const;

  std::size_t number() const { return number_; }
  std::string_view all() const { return all_; }
  // What is left of the line.
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }
  bool startsWith(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool startsWithBlank() const { return startsWith(' ') || startsWith('\t'); }

  bool take(char c);
  void skipBlanks();
  // Up to the next blank; empty if one stands there.
  std::string_view takeWord();
  // A metric name, bare or quoted.
  std::string_view takeMetricName();
  // What stands between braces, the opening one being next. Gives the metric name, which may be
  // there too where `name` is empty, as a quoted word without a value.
  std::string_view takeLabels(std::string_view name, std::vector<Label>& labels);
  // The rest of the line, with its escapes undone.
  std::string_view takeHelp();

 private:
  std::string_view takeName();
  std::string_view takeQuoted(std::string_view what);
  bool isMetricName(std::string_view name, bool isQuoted) const;
  std::string_view unescape(std::string_view escaped);

  std::string_view place_;
  std::size_t number_;
  std::string_view all_;
  std::string_view rest_;
  std::deque<std::string>& texts_;
  Quoted quoted_;
};

}  // namespace orchestrator_exporter
