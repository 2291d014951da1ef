#pragma once

#include <cstdint>

namespace orchestrator_exporter {

// USER_HZ, in which proc/stat and proc/<pid>/stat count time on every machine, whatever the
// kernel's own tick is (time(7)).
inline constexpr std::uint64_t kTicksPerSecond = 100;

}  // namespace orchestrator_exporter
