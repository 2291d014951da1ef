#pragma once

#include <cstddef>
#include <string_view>

namespace orchestrator_exporter::http {

// Whether two texts are equal, in a time that depends on their sizes only, so that nobody can find
// a secret byte by byte.
inline bool equalInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace orchestrator_exporter::http
