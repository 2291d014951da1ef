#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// One way in which a kernel file can be other than a collector expects.
struct Mutation {
  std::string_view name;
  std::string (*apply)(std::string_view content);
};

// All ways that change what is in a file: cut short, lines doubled, numbers that are none or do not
// fit, bytes that are no text.
std::span<const Mutation> contentMutations();

// All ways that make one line, given with its end, one that cannot be understood, or take it out.
std::span<const Mutation> lineMutations();

// The lines of a text with their ends.
std::vector<std::string_view> linesOf(std::string_view content);

// The line with other content of the same form, which tells what depends on it: one line for each
// number in it, with its last digit changed, and one for each word of letters, with a letter more;
// of a long line some of these. A line without either gets a letter.
std::vector<std::string> lineVariants(std::string_view line);

}  // namespace orchestrator_exporter
