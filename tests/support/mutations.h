#pragma once

#include <span>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// One way in which a kernel file can be other than a collector expects.
struct Mutation {
  std::string_view name;
  std::string (*apply)(std::string_view content);
};

// All ways that change what is in a file: cut short, lines doubled, numbers that are none or do not
// fit, bytes that are no text.
std::span<const Mutation> contentMutations();

}  // namespace orchestrator_exporter
