#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
class StringPiece;
}  // namespace re2

namespace orchestrator_exporter::promql {

// What a match is replaced by, cut into literal text and references to groups of the expression:
// $1, ${1}, $name, ${name}, $$ for a dollar. As in Go, $1_x is the group `1_x`.
class Replacement {
 public:
  Replacement(std::string_view text, const re2::RE2& expression);

  // A group that is not there is empty.
  std::string expand(const std::vector<re2::StringPiece>& groups) const;

 private:
  std::vector<std::pair<std::string, std::size_t>> parts_;
};

}  // namespace orchestrator_exporter::promql
