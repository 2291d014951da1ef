#include "metrics/recording/latency_buckets.h"

#include <algorithm>

namespace orchestrator_exporter {

void PackedLatencyCounts::add(std::size_t bucket, std::uint32_t count) {
  const auto tag = static_cast<std::uint32_t>(bucket) << kCountBits;
  auto at = std::lower_bound(entries_.begin(), entries_.end(), tag);
  // The first entry of a bucket is the one with room.
  if (at != entries_.end() && *at >> kCountBits == bucket) {
    const std::uint32_t added = std::min(kMostCount - (*at & kMostCount), count);
    *at += added;
    count -= added;
  }
  while (count != 0) {
    const std::uint32_t added = std::min(kMostCount, count);
    at = entries_.insert(at, tag | added);
    count -= added;
  }
}

void PackedLatencyCounts::addTo(LatencyCounts& counts) const {
  for (const std::uint32_t entry : entries_) counts[entry >> kCountBits] += entry & kMostCount;
}

LatencyMoments LatencyMoments::of(std::span<const double> seconds) {
  LatencyMoments moments;
  if (seconds.empty()) return moments;
  moments.count = seconds.size();
  moments.least = moments.most = seconds.front();
  double sum = 0;
  for (const double one : seconds) {
    sum += one;
    moments.least = std::min(moments.least, one);
    moments.most = std::max(moments.most, one);
  }
  moments.mean = sum / static_cast<double>(moments.count);
  for (const double one : seconds) moments.squares += (one - moments.mean) * (one - moments.mean);
  return moments;
}

void LatencyMoments::add(const LatencyMoments& more) {
  if (more.count == 0) return;
  if (count == 0) {
    *this = more;
    return;
  }
  const auto before = static_cast<double>(count);
  const auto added = static_cast<double>(more.count);
  const double distance = more.mean - mean;
  count += more.count;
  mean += distance * added / (before + added);
  squares += more.squares + distance * distance * before * added / (before + added);
  least = std::min(least, more.least);
  most = std::max(most, more.most);
}

double latencyQuantile(const LatencyCounts& counts, const LatencyMoments& moments, double share) {
  if (moments.count == 0) return 0;
  const double wanted = std::ceil(share * static_cast<double>(moments.count));
  double rank = 0;
  for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
    rank += static_cast<double>(counts[bucket]);
    if (rank < wanted) continue;
    return std::clamp(LatencyBuckets::middleOf(bucket), moments.least, moments.most);
  }
  return moments.most;
}

}  // namespace orchestrator_exporter
