#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace orchestrator_exporter {

// A condition on the value of one label. A label that is not there has the empty value. Regular
// expressions are RE2's, match the whole value, and their `.` matches line breaks too. Cheap to
// copy; may be used by several threads at once.
class LabelMatcher {
 public:
  enum class Operator : std::uint8_t { kEqual, kNotEqual, kMatches, kMatchesNot };

  // Throws std::invalid_argument with RE2's reason if `value` is no regular expression and has to
  // be one.
  LabelMatcher(std::string name, Operator op, std::string value);

  bool matches(std::string_view value) const;
  bool matchesEmpty() const { return matches({}); }

  const std::string& name() const { return name_; }
  Operator op() const { return operator_; }
  const std::string& value() const { return value_; }

  friend bool operator==(const LabelMatcher& a, const LabelMatcher& b) {
    return a.operator_ == b.operator_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  std::string name_;
  Operator operator_;
  std::string value_;
  std::shared_ptr<const re2::RE2> expression_;  // null unless one is asked for
};

}  // namespace orchestrator_exporter
