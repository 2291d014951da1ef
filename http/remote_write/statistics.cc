#include "http/remote_write/statistics.h"

#include <algorithm>
#include <vector>

namespace orchestrator_exporter::remote_write {

namespace {

constexpr double kMillisecondsPerSecond = 1000;

std::string familyName(std::string_view name) {
  return std::string("prometheus_remote_storage_").append(name);
}

// One counter for each kind of what is sent: samples_failed_total and so on.
void giveTotals(std::string_view suffix, std::string_view help, const Totals& totals,
                std::span<const Label> labels, Sink& out) {
  const auto give = [&](std::string_view kind, std::uint64_t value) {
    out.counter(familyName(std::string(kind).append(suffix)),
                std::string(help).append(": ").append(kind).append("."))
        .add(static_cast<double>(value), labels);
  };
  give("samples", totals.samples);
  give("histograms", totals.histograms);
  give("exemplars", totals.exemplars);
}

}  // namespace

void Statistics::countSent(const Amounts& amounts) {
  const std::lock_guard lock(mutex_);
  sent_ += amounts;
}

void Statistics::countRetried(const Amounts& amounts) {
  const std::lock_guard lock(mutex_);
  retried_ += amounts;
}

void Statistics::countRefused(const Amounts& amounts) {
  const std::lock_guard lock(mutex_);
  refused_ += amounts;
}

void Statistics::countTaken(std::int64_t time, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  highestTime_ = std::max(highestTime_, static_cast<double>(time) / kMillisecondsPerSecond);
  bytes_ += bytes;
}

void Statistics::countTooOld(const Amounts& amounts) {
  const std::lock_guard lock(mutex_);
  tooOld_ += amounts;
}

void Statistics::countDroppedSeries(std::uint64_t samples) {
  const std::lock_guard lock(mutex_);
  droppedSeries_ += samples;
}

void Statistics::countAnswer(std::chrono::duration<double> duration) {
  const auto bucket = std::ranges::lower_bound(kBounds, duration.count()) - kBounds.begin();
  const std::lock_guard lock(mutex_);
  ++durations_[static_cast<std::size_t>(bucket)];
  durationSum_ += duration.count();
}

void Statistics::countMetadata(std::uint64_t families) {
  const std::lock_guard lock(mutex_);
  metadata_ += families;
}

void Statistics::countMetadataTaken(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  metadataBytes_ += bytes;
}

void Statistics::countMetadataRetried(std::uint64_t families) {
  const std::lock_guard lock(mutex_);
  metadataRetried_ += families;
}

void Statistics::countMetadataRefused(std::uint64_t families) {
  const std::lock_guard lock(mutex_);
  metadataRefused_ += families;
}

void Statistics::giveDurations(std::span<const Label> labels, Sink& out) const {
  std::array<Bucket, kBounds.size()> buckets = {};
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    count += durations_[i];
    buckets[i] = {kBounds[i], count, nullptr};
  }
  count += durations_.back();
  out.histogram(familyName("sent_batch_duration_seconds"),
                "How long the receiver took to answer a request.", "seconds")
      .add({buckets, count, durationSum_, 0, nullptr}, labels);
}

void Statistics::give(const Facts& facts, Sink& out) const {
  const std::vector<Label> labels = {{"remote_name", facts.name}, {"url", facts.url}};
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.counter(familyName(name), help).add(static_cast<double>(value), labels);
  };
  const auto gauge = [&](std::string_view name, std::string_view help, double value) {
    out.gauge(familyName(name), help).add(value, labels);
  };
  const std::lock_guard lock(mutex_);
  giveTotals("_total", "Sent, each once", sent_, labels, out);
  giveTotals("_failed_total", "Refused by the receiver for good", refused_, labels, out);
  giveTotals("_retried_total", "Sent again because the receiver could not take them", retried_,
             labels, out);
  const auto dropped = [&](std::string_view kind, std::string_view reason, std::uint64_t value) {
    std::vector<Label> all = labels;
    all.push_back({"reason", reason});
    out.counter(familyName(std::string(kind).append("_dropped_total")),
                std::string("Not sent, by the reason: ").append(kind).append("."))
        .add(static_cast<double>(value), all);
  };
  dropped("samples", "too_old", tooOld_.samples);
  dropped("samples", "dropped_series", droppedSeries_);
  dropped("samples", "queue_full", facts.full.samples);
  dropped("histograms", "too_old", tooOld_.histograms);
  dropped("histograms", "queue_full", facts.full.histograms);
  dropped("exemplars", "too_old", tooOld_.exemplars);
  dropped("exemplars", "queue_full", facts.full.exemplars);
  gauge("samples_pending", "Samples that wait to be sent.",
        static_cast<double>(facts.waiting.samples));
  gauge("histograms_pending", "Native histograms that wait to be sent.",
        static_cast<double>(facts.waiting.histograms));
  gauge("exemplars_pending", "Exemplars that wait to be sent.",
        static_cast<double>(facts.waiting.exemplars));
  counter("enqueue_retries_total", "Attempts to queue that failed: the queue always takes.", 0);
  counter("bytes_total", "Bytes of requests that were taken, as sent.", bytes_);
  counter("metadata_total", "Families told of, each time once.", metadata_);
  counter("metadata_failed_total", "Families told of that the receiver refused.", metadataRefused_);
  counter("metadata_retried_total", "Families told of again.", metadataRetried_);
  counter("metadata_bytes_total", "Bytes of requests that tell of families, as sent.",
          metadataBytes_);
  giveDurations(labels, out);
  gauge("max_samples_per_send", "Samples of a request at most.",
        static_cast<double>(facts.samplesPerSend));
  gauge("shards", "Queues that are sent at the same time.", static_cast<double>(facts.shards));
  gauge("shards_min", "Fewest such queues.", static_cast<double>(facts.shardsMin));
  gauge("shards_max", "Most such queues.", static_cast<double>(facts.shardsMax));
  gauge("shards_desired", "Such queues as the load needs: their number is fixed.",
        static_cast<double>(facts.shards));
  gauge("shard_capacity", "Samples that a queue should hold, as configured.",
        static_cast<double>(facts.capacity));
  gauge("queue_highest_sent_timestamp_seconds",
        "The newest time of a sample that was taken, in seconds since the Unix epoch.",
        highestTime_);
}

}  // namespace orchestrator_exporter::remote_write
