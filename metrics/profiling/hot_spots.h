#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// What time goes to.
enum class Activity : std::uint8_t { kUnknown, kComputes, kWaits, kAllocates, kInputOutput };
inline constexpr std::size_t kActivities = 5;

// The names of frames that stand for a thread that does not run.
inline constexpr std::string_view kWaits = "[waits]";
inline constexpr std::string_view kWaitsForDevice = "[waits for a device]";

// computes, waits, allocates, does I/O; empty for kUnknown.
std::string_view nameOf(Activity activity);

// What a stack does: of its functions the innermost that is known to wait, to allocate or to do I/O
// (of the kernel, the C library and the C++ runtime) tells; without one it computes.
Activity activityOf(const Profile& profile, const Profile::Stack& stack);

// What one function or span costs, wherever it is called from.
struct HotSpot {
  std::string name;
  std::string binary = {};
  FrameKind kind = FrameKind::kUser;
  std::string place = {};  // file:line that most of its own value comes from; empty if not known
  std::int64_t self = 0;
  std::int64_t total = 0;  // counted once for each stack that it stands in, however often
  // Of most of its total. Of spans: a span computes if the processor is busy for half of its own
  // wall time or more (and allocates if allocating takes a third of it, at 50 ns an allocation),
  // else it does I/O if it moved bytes and waits if it moved none; unknown if its CPU time is.
  Activity activity = Activity::kUnknown;
};

// All functions and spans, not threads: the largest own value first, then by name.
std::vector<HotSpot> hotSpots(const Profile& profile);

}  // namespace orchestrator_exporter::profiling
