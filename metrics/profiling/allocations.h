#pragma once

#include <atomic>
#include <cstdint>

namespace orchestrator_exporter::profiling {

// What a thread has allocated by operator new since it began. Counted only in programs that link
// orchestrator_exporter::allocation_hooks; malloc() itself is not.
struct AllocationCounts {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

// The calling thread's own; written by the hooks alone.
inline constinit thread_local AllocationCounts threadAllocations{};
// Whether the hooks are in this program.
inline constinit std::atomic<bool> allocationsAreCounted{false};

}  // namespace orchestrator_exporter::profiling
