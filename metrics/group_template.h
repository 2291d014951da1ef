#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
class StringPiece;
}  // namespace re2

namespace orchestrator_exporter {

// A replacement with references to the groups of a regular expression, as Go's Regexp.Expand has
// it: $1, ${1}, $name, ${name}, and $$ for a dollar. A name takes all letters, digits and
// underscores that follow; a group that is not there is empty; a dollar before anything else stands
// for itself.
class GroupTemplate {
 public:
  // Of the expression only its named groups are taken.
  GroupTemplate(std::string_view text, const re2::RE2& expression);

  // `groups` as RE2::Match() gives them, the whole match first.
  std::string expand(std::span<const re2::StringPiece> groups) const;
  // Whether it has references to groups.
  bool isVariable() const { return parts_.size() > 1; }

 private:
  std::vector<std::pair<std::string, std::size_t>> parts_;  // text, and the group behind it
};

}  // namespace orchestrator_exporter
