#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "http/ingest/statsd/line.h"
#include "http/ingest/statsd/mapping.h"
#include "metrics/source.h"

namespace orchestrator_exporter::http::statsd {

// Why an event that could be read was not taken.
enum class EventError : std::uint8_t {
  kNegativeCounter,
  kReservedLabel,  // le in a histogram, quantile in a summary, __name__
  kTooLong,        // a name of over 255 bytes, or over 64 labels
  kLimit,          // too many series, or gauges and summaries beyond the limits
};
inline constexpr std::size_t kEventErrors = 4;

// What happened to StatsD's packets, under the names that statsd_exporter gives. Any thread may
// count and collect.
class Statistics final : public Source {
 public:
  using Count = std::atomic<std::uint64_t>;

  Count udpPackets{0};
  Count udpPacketDrops{0};
  Count tcpConnections{0};
  Count tcpConnectionErrors{0};
  Count tcpTooLongLines{0};
  Count unixgramPackets{0};
  Count lines{0};
  Count samples{0};
  Count tags{0};
  Count tagErrors{0};
  Count eventsUnmapped{0};
  std::array<Count, kSampleErrors> sampleErrors = {};
  std::array<Count, kMetricKinds> events = {};
  std::array<Count, kEventErrors> eventErrors = {};
  Count mapped{0};
  Count dropped{0};
  Count loadedMappings{0};
  Count reloads{0};
  Count failedReloads{0};

  static void add(Count& count, std::uint64_t amount = 1) {
    count.fetch_add(amount, std::memory_order_relaxed);
  }
  void addError(EventError error) { add(eventErrors[static_cast<std::size_t>(error)]); }
  // An event of a family that has another type. So many names are told apart; the others count as
  // one, "overflow".
  void addConflict(MetricKind kind, std::string_view name);

  // How many series there are of each type, by statsd_exporter's words; before anything is
  // collected.
  void countSeriesBy(std::function<std::map<std::string, std::size_t>()> count) {
    seriesByType_ = std::move(count);
  }

  void collect(Sink& out) override;

 private:
  void giveReceived(Sink& out) const;
  void giveEvents(Sink& out);

  std::function<std::map<std::string, std::size_t>()> seriesByType_;
  std::mutex mutex_;  // guards what follows
  std::map<std::pair<MetricKind, std::string>, std::uint64_t> conflicts_;
};

}  // namespace orchestrator_exporter::http::statsd
