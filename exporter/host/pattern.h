#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/flags.h"

namespace re2 {
class RE2;
}

namespace orchestrator_exporter {

// A regular expression in RE2's syntax, as Prometheus and node_exporter use it.
class Pattern {
 public:
  enum class Anchor { kNone, kBoth };

  // Throws StartError, naming the flag, where the expression cannot be read. Unanchored expressions
  // match anywhere in the text.
  Pattern(std::string_view flag, const std::string& expression, Anchor anchor = Anchor::kNone);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // An unanchored expression that stands elsewhere than in a flag: errors begin with the place.
  static Pattern at(std::string_view place, const std::string& expression);

  bool matches(std::string_view text) const;

  // One group of an expression that matched; the name is empty if it has none, the text where it
  // took no part.
  struct Capture {
    std::string_view name;
    std::string_view text;
  };
  // The groups by number, without the whole match; nullopt if the text does not match. The views
  // live as long as the text and the pattern.
  std::optional<std::vector<Capture>> capture(std::string_view text) const;

 private:
  Pattern() = default;
  void compile(const std::string& place, const std::string& expression, Anchor anchor);

  std::unique_ptr<re2::RE2> expression_;
};

// Of a flag and its old name the one that speaks: the old one where it has a value. Throws
// StartError where both are given. An empty old name: there is none.
std::string_view spokenName(const Flags& flags, std::string_view name, std::string_view oldName);

// Takes the names that do not match the exclude expression and do match the include expression; an
// empty expression filters nothing.
class NameFilter {
 public:
  // Both may be set.
  static NameFilter fromFlags(const Flags& flags, std::string_view includeFlag,
                              std::string_view excludeFlag,
                              Pattern::Anchor anchor = Pattern::Anchor::kNone);
  // One alone: an include expression that is given clears the default exclude expression. Throws
  // StartError where both are given, or where a flag and its old name are. Empty names: no such
  // flag.
  static NameFilter oneOf(const Flags& flags, std::string_view includeFlag,
                          std::string_view excludeFlag, std::string_view oldIncludeFlag = {},
                          std::string_view oldExcludeFlag = {});

  bool takes(std::string_view name) const;

 private:
  std::optional<Pattern> include_;
  std::optional<Pattern> exclude_;
};

}  // namespace orchestrator_exporter
