#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace orchestrator_exporter::test {

// How many descriptors this process has open, with the one that counts them.
inline std::size_t openDescriptors() {
  return static_cast<std::size_t>(std::distance(
      std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

}  // namespace orchestrator_exporter::test
