#include "metrics/profiling/span_profile.h"

#include <algorithm>
#include <string>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

// CPU time was read in some of the calls: the others are taken to be alike.
std::int64_t cpuOf(const SpanSums& sums) {
  if (sums.cpuWall == 0) return 0;
  const double share = static_cast<double>(sums.cpu) / static_cast<double>(sums.cpuWall);
  return whole(std::min(share, 1.0) * static_cast<double>(sums.wall));
}

// Likewise for I/O among the calls that asked for it.
std::int64_t ioOf(const SpanSums& sums, std::uint64_t SpanSums::*count) {
  if (sums.ioRead == 0) return 0;
  return whole(static_cast<double>(sums.*count) * static_cast<double>(sums.ioAsked) /
               static_cast<double>(sums.ioRead));
}

std::int64_t wallOf(const SpanSums& sums) { return static_cast<std::int64_t>(sums.wall); }

struct SpanType {
  ValueType type;
  std::int64_t (*value)(const SpanSums&);
};

bool hasIo(const SpanTotals& totals) {
  if (totals.sums.ioRead > 0) return true;
  return std::any_of(totals.children.begin(), totals.children.end(),
                     [](const auto& child) { return hasIo(*child.second); });
}

std::vector<SpanType> typesOf(const SpanTotals& totals) {
  std::vector<SpanType> types = {{{"wall", "nanoseconds"}, wallOf},
                                 {{"cpu", "nanoseconds"}, cpuOf}};
  if (allocationsAreCounted.load(std::memory_order_relaxed)) {
    types.push_back({{"alloc_objects", "count"}, [](const SpanSums& sums) {
                       return static_cast<std::int64_t>(sums.allocations);
                     }});
    types.push_back({{"alloc_space", "bytes"}, [](const SpanSums& sums) {
                       return static_cast<std::int64_t>(sums.allocatedBytes);
                     }});
  }
  if (hasIo(totals)) {
    types.push_back({{"io_read", "bytes"},
                     [](const SpanSums& sums) { return ioOf(sums, &SpanSums::ioBytesRead); }});
    types.push_back({{"io_written", "bytes"},
                     [](const SpanSums& sums) { return ioOf(sums, &SpanSums::ioBytesWritten); }});
  }
  return types;
}

void addSpans(const SpanTotals& totals, const std::vector<SpanType>& types,
              std::vector<std::uint32_t>& path, Profile& profile) {
  for (const auto& [name, child] : totals.children) {
    path.push_back(profile.frame({.name = toUtf8(name), .kind = FrameKind::kSpan}));
    std::vector<std::int64_t> values;
    for (const SpanType& type : types) {
      // What is within and not yet added to this one may make it less than its parts.
      std::int64_t own = type.value(child->sums);
      for (const auto& [within, grandchild] : child->children) own -= type.value(grandchild->sums);
      values.push_back(std::max<std::int64_t>(own, 0));
    }
    values.push_back(static_cast<std::int64_t>(child->sums.calls));
    profile.add(path, values);
    addSpans(*child, types, path, profile);
    path.pop_back();
  }
}

void addStatistics(const SpanTotals& totals, std::vector<std::string>& path,
                   std::vector<SpanStatistics>& all) {
  using std::chrono::nanoseconds;
  for (const auto& [name, child] : totals.children) {
    path.push_back(name);
    const SpanSums& sums = child->sums;
    SpanStatistics one{.path = path, .calls = sums.calls};
    std::int64_t self = wallOf(sums);
    for (const auto& [within, grandchild] : child->children) self -= wallOf(grandchild->sums);
    one.wall = nanoseconds(wallOf(sums));
    one.self = nanoseconds(std::max<std::int64_t>(self, 0));
    one.longest = nanoseconds(sums.longest);
    if (sums.shortest <= sums.longest) one.shortest = nanoseconds(sums.shortest);
    if (sums.cpuWall > 0) one.cpu = nanoseconds(cpuOf(sums));
    if (allocationsAreCounted.load(std::memory_order_relaxed)) {
      one.allocations = sums.allocations;
      one.allocatedBytes = sums.allocatedBytes;
    }
    if (sums.ioRead > 0) {
      one.readBytes = static_cast<std::uint64_t>(ioOf(sums, &SpanSums::ioBytesRead));
      one.writtenBytes = static_cast<std::uint64_t>(ioOf(sums, &SpanSums::ioBytesWritten));
      one.ioCalls = static_cast<std::uint64_t>(ioOf(sums, &SpanSums::ioCalls));
    }
    all.push_back(std::move(one));
    addStatistics(*child, path, all);
    path.pop_back();
  }
}

}  // namespace

Profile profileOfSpans(const SpanTotals& totals, const SpanCostNote& cost) {
  const std::vector<SpanType> types = typesOf(totals);
  std::vector<ValueType> names;
  for (const SpanType& type : types) names.push_back(type.type);
  names.push_back({"calls", "count"});
  Profile profile(names);
  std::vector<std::uint32_t> path;
  addSpans(totals, types, path, profile);
  profile.notes.push_back("Recording spans used " + valueText(cost.ownNanoseconds, "nanoseconds") +
                          " of CPU, " + shareText(cost.ownNanoseconds, cost.programNanoseconds) +
                          " of the program's.");
  if (cost.thinning > 1) {
    profile.notes.push_back("To keep that low, CPU time and I/O are read " +
                            std::to_string(cost.thinning) + " times less often than usual.");
  }
  return profile;
}

std::vector<SpanStatistics> statisticsOfSpans(const SpanTotals& totals) {
  std::vector<SpanStatistics> all;
  std::vector<std::string> path;
  addStatistics(totals, path, all);
  return all;
}

}  // namespace orchestrator_exporter::profiling
