#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::statsd {

// How the name or a label of a mapping is made of what the match captured. A capture that there is
// not is empty.
class NameTemplate {
 public:
  // For globs: $1 and ${1}, of which the digits alone count.
  static NameTemplate ofGlob(std::string_view text);
  // For regular expressions, as Go's Regexp.Expand has it: $name takes all letters, digits and
  // underscores behind it, ${name} ends at its brace, $$ is a dollar. A name is a number, or one of
  // `groups`, which stand in the order of their captures, with "" for groups without a name.
  static NameTemplate ofPattern(std::string_view text, const std::vector<std::string>& groups);

  // captures[0] is what $1 stands for.
  std::string expand(std::span<const std::string_view> captures) const;

 private:
  // A literal text, then a capture unless it is kNone.
  struct Piece {
    static constexpr std::size_t kNone = SIZE_MAX;
    std::string text;
    std::size_t capture = kNone;
  };

  void close(std::string& text, std::size_t capture);

  std::vector<Piece> pieces_;
};

}  // namespace orchestrator_exporter::http::statsd
