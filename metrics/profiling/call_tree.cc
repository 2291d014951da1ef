#include "metrics/profiling/call_tree.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>

namespace orchestrator_exporter::profiling {

namespace {

// A node while stacks come: children are found by the name of their frame.
struct Growing {
  const Frame* frame = nullptr;
  std::int64_t self = 0;
  std::int64_t total = 0;
  std::array<std::int64_t, kActivities> activities{};
  std::unordered_map<std::string_view, Growing*> children = {};
};

using SpanActivities = std::map<std::string, Activity>;

SpanActivities activitiesOfSpans(const Profile& profile) {
  SpanActivities activities;
  for (const HotSpot& spot : hotSpots(profile)) {
    if (spot.kind == FrameKind::kSpan) activities[spot.name] = spot.activity;
  }
  return activities;
}

CallNode finished(const Growing& growing, const SpanActivities& spans) {
  CallNode node;
  const auto most = std::max_element(growing.activities.begin(), growing.activities.end());
  if (*most > 0) node.activity = static_cast<Activity>(most - growing.activities.begin());
  if (growing.frame != nullptr) {
    node.name = growing.frame->name;
    node.kind = growing.frame->kind;
    node.binary = growing.frame->binary;
    const auto span = spans.find(node.name);
    if (node.kind == FrameKind::kSpan && span != spans.end()) node.activity = span->second;
  }
  node.self = growing.self;
  node.total = growing.total;
  for (const auto& [name, child] : growing.children) {
    node.children.push_back(finished(*child, spans));
  }
  std::sort(node.children.begin(), node.children.end(),
            [](const CallNode& one, const CallNode& other) {
              return one.total != other.total ? one.total > other.total : one.name < other.name;
            });
  return node;
}

}  // namespace

CallNode callTree(const Profile& profile) {
  std::deque<Growing> nodes(1);
  for (const Profile::Stack& stack : profile.stacks()) {
    const std::int64_t value = stack.values[profile.main()];
    const auto activity = static_cast<std::size_t>(activityOf(profile, stack));
    Growing* node = &nodes.front();
    node->total += value;
    for (const std::uint32_t place : stack.frames) {
      const Frame& frame = profile.frames()[place];
      Growing*& child = node->children[frame.name];
      if (child == nullptr) {
        child = &nodes.emplace_back();
        child->frame = &frame;
      }
      node = child;
      node->total += value;
      node->activities[activity] += value;
    }
    node->self += value;
  }
  return finished(nodes.front(), activitiesOfSpans(profile));
}

}  // namespace orchestrator_exporter::profiling
