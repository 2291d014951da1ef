#include "http/ingest/ingest_statistics.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter::http {

void IngestStatistics::countSeriesBy(std::string_view protocol,
                                     std::function<std::size_t()> count) {
  seriesElsewhere_[protocol] = std::move(count);
}

void IngestStatistics::countRequest(std::string_view protocol, int code, std::size_t bytes,
                                    std::chrono::duration<double> duration) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  const std::lock_guard lock(mutex_);
  Protocol& one = protocols_[protocol];
  ++one.requests[code];
  one.bytes += bytes;
  one.lastTime = now.count();
  const auto bucket =
      std::lower_bound(kBounds.begin(), kBounds.end(), duration.count()) - kBounds.begin();
  ++one.durations[static_cast<std::size_t>(bucket)];
  one.durationSum += duration.count();
}

void IngestStatistics::countRefusal(std::string_view protocol, int code) {
  const std::lock_guard lock(mutex_);
  ++protocols_[protocol].requests[code];
}

void IngestStatistics::countPoints(std::string_view protocol, const Points& points) {
  const std::lock_guard lock(mutex_);
  Points& all = protocols_[protocol].points;
  all.accepted += points.accepted;
  all.duplicate += points.duplicate;
  all.rejected += points.rejected;
  all.overflow += points.overflow;
}

void IngestStatistics::giveDurations(const Protocol& protocol, std::string_view name,
                                     Sink& out) const {
  std::array<Bucket, kBounds.size()> buckets = {};
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    count += protocol.durations[i];
    buckets[i] = {kBounds[i], count, nullptr};
  }
  count += protocol.durations.back();
  out.histogram("orchestrator_exporter_ingest_duration_seconds", "Time to take a push.", "seconds")
      .add({buckets, count, protocol.durationSum, 0, nullptr}, {{"protocol", name}});
}

void IngestStatistics::collect(Sink& out) {
  std::vector<std::string_view> names;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, protocol] : protocols_) names.push_back(name);
  }
  for (const std::string_view name : names) {
    const auto elsewhere = seriesElsewhere_.find(name);
    std::optional<std::size_t> series;
    if (elsewhere == seriesElsewhere_.end()) {
      series = seriesOf_(name);
    } else if (elsewhere->second) {
      series = elsewhere->second();
    }
    const std::lock_guard lock(mutex_);
    const Protocol& one = protocols_[name];
    const auto requests = out.counter("orchestrator_exporter_ingest_requests_total",
                                      "Pushes answered, by status code.");
    for (const auto& [code, count] : one.requests) {
      requests.add(static_cast<double>(count),
                   {{"protocol", name}, {"code", std::to_string(code)}});
    }
    const auto points = out.counter("orchestrator_exporter_ingest_points_total",
                                    "Points and records that were pushed, by what became of them.");
    const auto add = [&](std::uint64_t count, std::string_view result) {
      points.add(static_cast<double>(count), {{"protocol", name}, {"result", result}});
    };
    add(one.points.accepted, "accepted");
    add(one.points.duplicate, "duplicate");
    add(one.points.rejected, "rejected");
    add(one.points.overflow, "overflow");
    out.counter("orchestrator_exporter_ingest_bytes_total", "Bytes of pushes, as received.")
        .add(static_cast<double>(one.bytes), {{"protocol", name}});
    if (series) {
      out.gauge("orchestrator_exporter_ingest_series",
                "Series that were pushed and have not expired.")
          .add(static_cast<double>(*series), {{"protocol", name}});
    }
    if (one.lastTime > 0) {
      out.gauge("orchestrator_exporter_ingest_last_timestamp_seconds",
                "When the last push came, in seconds since the Unix epoch.", "seconds")
          .add(one.lastTime, {{"protocol", name}});
    }
    giveDurations(one, name, out);
  }
}

}  // namespace orchestrator_exporter::http
