#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/label_matcher.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::notifications {

// Conditions on labels that all have to hold, sorted by name, value and operator.
class Matchers {
 public:
  Matchers() = default;
  explicit Matchers(std::vector<LabelMatcher> matchers);

  bool match(const LabelSet& labels) const;
  // Adds those of another list.
  void add(const Matchers& others);

  const std::vector<LabelMatcher>& all() const { return all_; }
  bool empty() const { return all_.empty(); }
  // {a="b",c=~"d|e"}
  std::string text() const;

  friend bool operator==(const Matchers&, const Matchers&) = default;

 private:
  std::vector<LabelMatcher> all_;
};

// Reads a="b", or several in braces with commas between them: {a="b",c=~"d"}. As Alertmanager does
// since 0.27: in the classic grammar if that takes the text, else in that of UTF-8 names, in which
// names may be quoted too. Throws std::invalid_argument with the reason.
Matchers parseMatchers(std::string_view text);

// a="b", as Alertmanager prints it.
std::string textOf(const LabelMatcher& matcher);
std::string_view textOf(LabelMatcher::Operator op);

}  // namespace orchestrator_exporter::notifications
