#include "metrics/pushed/bucket_cell.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "metrics/base/string_hash.h"
#include "metrics/label_text.h"

namespace orchestrator_exporter {

std::uint64_t BucketCell::print(const Point& point) {
  std::uint64_t print = mixWords(point.count, std::bit_cast<std::uint64_t>(point.sum));
  for (const std::uint64_t count : point.counts) {
    print = mixWords(print ^ count, 0x9E3779B97F4A7C15u);
  }
  return print;
}

bool BucketCell::hasBounds(const Point& point) const {
  return counts_ != nullptr && size_ == point.bounds.size() &&
         std::equal(point.bounds.begin(), point.bounds.end(), bounds_.get());
}

void BucketCell::begin(const Point& point) {
  size_ = static_cast<std::uint32_t>(point.bounds.size());
  bounds_ = std::make_unique<double[]>(size_);
  std::copy(point.bounds.begin(), point.bounds.end(), bounds_.get());
  counts_ = std::make_unique<std::uint64_t[]>(size_ + 1);
  count_ = 0;
  sum_ = 0;
  ++layout_;
  exemplars_.reset();
}

void BucketCell::set(const Point& point) {
  begin(point);
  add(point);
}

Taken BucketCell::add(const Point& point) {
  if (!hasBounds(point)) begin(point);
  for (std::size_t i = 0; i <= size_; ++i) counts_[i] += point.counts[i];
  count_ += point.count;
  sum_ += point.sum;
  keep(point);
  return {.value = point.sum, .count = point.count};
}

Taken BucketCell::grow(const Point& point, Memory& last, bool first) {
  if (!hasBounds(point)) begin(point);
  // A stream that was counted in under other bounds was forgotten with them.
  const bool known = !first && last.layout == layout_ && last.counts != nullptr;
  bool restarted = !known || point.count < last.count;
  for (std::size_t i = 0; !restarted && i <= size_; ++i) {
    restarted = point.counts[i] < last.counts[i];
  }
  if (last.layout != layout_ || last.counts == nullptr) {
    last.counts = std::make_unique<std::uint64_t[]>(size_ + 1);
    last.layout = layout_;
  }
  const std::uint64_t countBefore = restarted ? 0 : last.count;
  const double sumBefore = restarted ? 0 : last.sum;
  for (std::size_t i = 0; i <= size_; ++i) {
    counts_[i] += point.counts[i] - (restarted ? 0 : last.counts[i]);
    last.counts[i] = point.counts[i];
  }
  count_ += point.count - countBefore;
  sum_ = sum_ == sumBefore ? point.sum : sum_ + (point.sum - sumBefore);
  last.count = point.count;
  last.sum = point.sum;
  keep(point);
  return {.value = point.sum - sumBefore, .count = point.count - countBefore};
}

void BucketCell::keep(const Point& point) {
  for (const PushedExemplar& exemplar : point.exemplars) {
    if (exemplars_ == nullptr) exemplars_ = std::make_unique<std::vector<KeptExemplar>>(size_ + 1);
    const double* const begin = bounds_.get();
    const auto bucket = std::lower_bound(begin, begin + size_, exemplar.value) - begin;
    (*exemplars_)[static_cast<std::size_t>(bucket)].keep(exemplar);
  }
}

void BucketCell::give(FamilySink& sink, const SharedLabels& labels) const {
  std::vector<Bucket> buckets(size_ + 1);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i <= size_; ++i) {
    cumulative += counts_[i];
    buckets[i] = {i < size_ ? bounds_[i] : std::numeric_limits<double>::infinity(), cumulative,
                  exemplars_ == nullptr ? nullptr : (*exemplars_)[i].shown()};
  }
  const ParsedLabels parsed(labels.text());
  sink.histogram({buckets, cumulative, sum_, labels.created(), nullptr}, parsed.view());
}

}  // namespace orchestrator_exporter
