#pragma once

#include <cerrno>
#include <initializer_list>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

inline constexpr std::initializer_list<int> kNotPermitted = {EACCES, EPERM};

// An attribute without which a collector gives nothing: where it is missing, or fails with a
// tolerated error, the collector ends with NoData. Other failures are as in readAttribute().
inline std::string_view neededAttribute(Kernel& kernel, std::string_view path,
                                        std::initializer_list<int> tolerated = {}) {
  if (const auto text = readAttribute(kernel, path, tolerated)) return *text;
  throw NoData{};
}

}  // namespace orchestrator_exporter
