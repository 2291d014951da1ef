#include "http/ingest/statsd/delivery.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter::http::statsd {

Delivery::Delivery(PushedMetrics& pushed, Statistics& statistics, Config config,
                   std::shared_ptr<const Mapper> mapper)
    : statistics_(statistics),
      ended_(std::move(config.ended)),
      parts_{pushed, statistics, distinct_},
      parser_(config.dialects),
      cache_(config.cacheSize) {
  setMapper(std::move(mapper));
}

void Delivery::setMapper(std::shared_ptr<const Mapper> mapper) {
  statistics_.loadedMappings = mapper->mappings().all.size();
  const std::lock_guard lock(mutex_);
  newMapper_ = std::move(mapper);
  hasNewMapper_ = true;
}

void Delivery::renewMapper() {
  const std::lock_guard lock(mutex_);
  hasNewMapper_ = false;
  mapper_ = std::move(newMapper_);
  cache_.clear();
}

void Delivery::take(std::string_view text) {
  if (hasNewMapper_.load(std::memory_order_relaxed)) [[unlikely]]
    renewMapper();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) takeLine(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Delivery::takeLine(std::string_view text) {
  Statistics::add(statistics_.lines);
  const auto cut = CutLine::of(text);
  if (cut && takeKnown(*cut)) return;
  const Line& line = parser_.parse(text);
  count(line);
  const bool canBeKnown = cut && line.isFaultless() && line.received == 1;
  for (const Sample& sample : line.samples) {
    takeSample(line, sample, canBeKnown ? &*cut : nullptr);
  }
}

bool Delivery::takeKnown(const CutLine& line) {
  TargetCache::Entry* const known = cache_.find(line);
  if (known == nullptr) return false;
  Sample sample = known->shape;
  if (!readValue(line.value, sample)) return false;
  Statistics::add(statistics_.samples);
  if (known->hasTags) Statistics::add(statistics_.tags);
  countEvent(kindOf(sample.type), known->isMapped, known->target == nullptr);
  if (known->target != nullptr) bring(*known->target, sample);
  return true;
}

void Delivery::count(const Line& line) {
  Statistics::add(statistics_.samples, line.received);
  if (!line.tags.empty()) Statistics::add(statistics_.tags, line.samples.size());
  if (line.isFaultless()) return;
  Statistics::add(statistics_.tagErrors, line.tagErrors);
  for (std::size_t i = 0; i < kSampleErrors; ++i) {
    Statistics::add(statistics_.sampleErrors[i], line.errors[i]);
  }
}

void Delivery::countEvent(MetricKind kind, bool isMapped, bool isDropped) {
  Statistics::add(statistics_.events[static_cast<std::size_t>(kind)]);
  if (!isMapped) {
    Statistics::add(statistics_.eventsUnmapped);
  } else {
    Statistics::add(isDropped ? statistics_.dropped : statistics_.mapped);
  }
}

void Delivery::takeSample(const Line& line, const Sample& sample, const CutLine* cut) {
  const MetricKind kind = kindOf(sample.type);
  const Mapped mapped = mapper_->map(line.name, kind, line.tags);
  const bool isMapped = mapped.mapping != nullptr;
  const bool isDropped = isMapped && mapped.mapping->drop;
  countEvent(kind, isMapped, isDropped);
  std::unique_ptr<Target> target;
  if (!isDropped) {
    target = makeTarget(parts_, mapped, sample.type, mapper_->mappings());
    if (target == nullptr) return ended_(PushResult::kRejected);
    bring(*target, sample);
  }
  if (cut == nullptr) return;
  cache_.add(*cut, {.key = {},
                    .shape = sample,
                    .hasTags = !line.tags.empty(),
                    .isMapped = isMapped,
                    .target = std::move(target)});
}

void Delivery::bring(Target& target, const Sample& sample) {
  const PushResult result = target.take(sample);
  if (result == PushResult::kOverflow) statistics_.addError(EventError::kLimit);
  ended_(result);
}

}  // namespace orchestrator_exporter::http::statsd
