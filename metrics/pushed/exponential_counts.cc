#include "metrics/pushed/exponential_counts.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter {
namespace {

using Run = ExponentialCounts::Run;

// Without the empty buckets at both ends.
Run runOf(const ExponentialRun& given) {
  const auto isUsed = [](std::uint64_t count) { return count != 0; };
  const auto first = std::find_if(given.counts.begin(), given.counts.end(), isUsed);
  if (first == given.counts.end()) return {};
  const auto last = std::find_if(given.counts.rbegin(), given.counts.rend(), isUsed).base();
  return {given.offset + (first - given.counts.begin()), {first, last}};
}

// The same in a scale that is coarser by so many steps, each of which joins two buckets.
void halve(Run& run, std::int32_t steps) {
  if (run.counts.empty()) return;
  const std::int64_t begin = run.begin >> steps;
  const std::int64_t last = (run.end() - 1) >> steps;
  std::vector<std::uint64_t> joined(static_cast<std::size_t>(last - begin + 1));
  for (std::size_t i = 0; i < run.counts.size(); ++i) {
    const std::int64_t index = (run.begin + static_cast<std::int64_t>(i)) >> steps;
    joined[static_cast<std::size_t>(index - begin)] += run.counts[i];
  }
  run = {begin, std::move(joined)};
}

std::int64_t widthTogether(const Run& a, const Run& b) {
  if (a.counts.empty()) return b.end() - b.begin;
  if (b.counts.empty()) return a.end() - a.begin;
  return std::max(a.end(), b.end()) - std::min(a.begin, b.begin);
}

void addTo(Run& run, const Run& more) {
  if (more.counts.empty()) return;
  if (run.counts.empty()) {
    run = more;
    return;
  }
  const std::int64_t begin = std::min(run.begin, more.begin);
  const std::int64_t end = std::max(run.end(), more.end());
  run.counts.insert(run.counts.begin(), static_cast<std::size_t>(run.begin - begin), 0);
  run.begin = begin;
  run.counts.resize(static_cast<std::size_t>(end - begin));
  for (std::size_t i = 0; i < more.counts.size(); ++i) {
    run.counts[static_cast<std::size_t>(more.begin - begin) + i] += more.counts[i];
  }
}

std::uint64_t countAt(const Run& run, std::int64_t index) {
  return index < run.begin || index >= run.end()
             ? 0
             : run.counts[static_cast<std::size_t>(index - run.begin)];
}

bool coversRun(const Run& run, const Run& other) {
  for (std::size_t i = 0; i < other.counts.size(); ++i) {
    if (countAt(run, other.begin + static_cast<std::int64_t>(i)) < other.counts[i]) return false;
  }
  return true;
}

void subtractFrom(Run& run, const Run& less) {
  for (std::size_t i = 0; i < less.counts.size(); ++i) {
    const std::int64_t index = less.begin + static_cast<std::int64_t>(i);
    if (index < run.begin || index >= run.end()) continue;
    std::uint64_t& count = run.counts[static_cast<std::size_t>(index - run.begin)];
    count -= std::min(count, less.counts[i]);
  }
}

}  // namespace

ExponentialCounts::ExponentialCounts(const ExponentialPoint& point)
    : scale_(point.scale),
      zeroThreshold_(point.zeroThreshold),
      zeroCount_(point.zeroCount),
      positive_(runOf(point.positive)),
      negative_(runOf(point.negative)) {
  if (scale_ > kFinestScale) coarsen(kFinestScale);
  fit();
}

void ExponentialCounts::coarsen(std::int32_t scale) {
  // Indexes have 33 bits: more steps join nothing.
  const std::int32_t steps = std::min(scale_ - scale, 33);
  if (steps > 0) {
    halve(positive_, steps);
    halve(negative_, steps);
  }
  scale_ = scale;
}

void ExponentialCounts::fit() {
  while (std::max(positive_.counts.size(), negative_.counts.size()) > kMostBuckets) {
    coarsen(scale_ - 1);
  }
}

void ExponentialCounts::add(const ExponentialCounts& other) {
  ExponentialCounts more = other;
  const std::int32_t scale = std::min(scale_, more.scale_);
  coarsen(scale);
  more.coarsen(scale);
  // Before the two are laid out together, which may be far apart.
  constexpr auto kMost = static_cast<std::int64_t>(kMostBuckets);
  while (widthTogether(positive_, more.positive_) > kMost ||
         widthTogether(negative_, more.negative_) > kMost) {
    coarsen(scale_ - 1);
    more.coarsen(scale_);
  }
  addTo(positive_, more.positive_);
  addTo(negative_, more.negative_);
  zeroCount_ += more.zeroCount_;
  zeroThreshold_ = std::max(zeroThreshold_, more.zeroThreshold_);
}

void ExponentialCounts::subtract(const ExponentialCounts& other) {
  ExponentialCounts less = other;
  const std::int32_t scale = std::min(scale_, less.scale_);
  coarsen(scale);
  less.coarsen(scale);
  subtractFrom(positive_, less.positive_);
  subtractFrom(negative_, less.negative_);
  zeroCount_ -= std::min(zeroCount_, less.zeroCount_);
}

bool ExponentialCounts::covers(const ExponentialCounts& other) const {
  ExponentialCounts mine = *this;
  ExponentialCounts theirs = other;
  const std::int32_t scale = std::min(scale_, other.scale_);
  mine.coarsen(scale);
  theirs.coarsen(scale);
  return zeroCount_ >= other.zeroCount_ && coversRun(mine.positive_, theirs.positive_) &&
         coversRun(mine.negative_, theirs.negative_);
}

}  // namespace orchestrator_exporter
