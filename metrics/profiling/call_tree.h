#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/profiling/hot_spots.h"
#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// The main value of a profile by path: which function was called by which, whatever its lines.
struct CallNode {
  std::string name = {};
  FrameKind kind = FrameKind::kUser;
  std::string binary = {};
  Activity activity = Activity::kUnknown;  // of most of its total, as in HotSpot
  std::int64_t self = 0;
  std::int64_t total = 0;               // with all that it called
  std::vector<CallNode> children = {};  // the largest total first, then by name
};

// The root has no name. Its total is that of the profile.
CallNode callTree(const Profile& profile);

}  // namespace orchestrator_exporter::profiling
