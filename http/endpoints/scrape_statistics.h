#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "metrics/source.h"

namespace orchestrator_exporter::http {

// How the telemetry path was used: the families promhttp_metric_handler_* under the names of the Go
// client library, which dashboards read. Any thread may call anything.
class ScrapeStatistics final : public Source {
 public:
  // A scrape that is being served, until it is destroyed.
  class InFlight {
   public:
    explicit InFlight(ScrapeStatistics& statistics) : statistics_(statistics) {
      statistics_.inFlight_.fetch_add(1, std::memory_order_relaxed);
    }
    ~InFlight() { statistics_.inFlight_.fetch_sub(1, std::memory_order_relaxed); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    ScrapeStatistics& statistics_;
  };

  // Counts an answer of status 200, 500 or 503; others are not the scrape's doing.
  void countAnswer(int status);
  // Counts a scrape of which samples were left out, for being duplicates or of a second type.
  void countGatheringError() { gatheringErrors_.fetch_add(1, std::memory_order_relaxed); }

  void collect(Sink& out) override;

 private:
  static constexpr std::array kStatuses = {200, 500, 503};

  std::array<std::atomic<std::uint64_t>, kStatuses.size()> answers_ = {};
  std::atomic<std::uint64_t> gatheringErrors_ = 0;
  std::atomic<std::int64_t> inFlight_ = 0;
};

}  // namespace orchestrator_exporter::http
