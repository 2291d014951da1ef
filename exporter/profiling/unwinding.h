#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "exporter/profiling/code/call_frames.h"
#include "exporter/profiling/perf_record.h"

namespace orchestrator_exporter::profiling {

// The rules at an address of the process; nullopt if none are known.
using RulesAt = std::function<std::optional<FrameRules>(std::uint64_t)>;

// The addresses that a thread was at, the innermost first, by call frame information; where there
// is none, as in generated code, by frame pointers. Ends where the stack was cut off, at the
// thread's begin, and after `most` addresses. All but the first are return addresses, which lie
// behind the call.
std::vector<std::uint64_t> unwound(const UserState& state, const RulesAt& rulesAt,
                                   std::size_t most);

}  // namespace orchestrator_exporter::profiling
