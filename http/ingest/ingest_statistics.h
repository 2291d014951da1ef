#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "metrics/source.h"

namespace orchestrator_exporter::http {

// How others push, by protocol: the families orchestrator_exporter_ingest_*, once somebody did.
// Protocols are of static storage. Any thread may call anything.
class IngestStatistics final : public Source {
 public:
  struct Points {
    std::uint64_t accepted = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t rejected = 0;
    std::uint64_t overflow = 0;
  };

  // `seriesOf`: how many series came by a protocol.
  explicit IngestStatistics(std::function<std::size_t(std::string_view protocol)> seriesOf)
      : seriesOf_(std::move(seriesOf)) {}

  // Asks this for the series of a protocol that keeps them elsewhere. Before the first collection.
  void countSeriesBy(std::string_view protocol, std::function<std::size_t()> count);
  // Tells of no number for a protocol whose series are not counted: they belong to the history.
  // Before the first collection.
  void doNotCountSeriesOf(std::string_view protocol) { countSeriesBy(protocol, nullptr); }

  void countRequest(std::string_view protocol, int code, std::size_t bytes,
                    std::chrono::duration<double> duration);
  // Of a request whose body was not read.
  void countRefusal(std::string_view protocol, int code);
  void countPoints(std::string_view protocol, const Points& points);

  void collect(Sink& out) override;

 private:
  static constexpr std::array kBounds = {.0005, .001, .005, .01, .05, .1, .5, 1.0, 5.0};

  struct Protocol {
    std::map<int, std::uint64_t> requests;  // by code
    Points points;
    std::uint64_t bytes = 0;
    double lastTime = 0;  // Unix seconds; 0: all were refused before they were read
    std::array<std::uint64_t, kBounds.size() + 1> durations = {};
    double durationSum = 0;
  };

  void giveDurations(const Protocol& protocol, std::string_view name, Sink& out) const;

  const std::function<std::size_t(std::string_view)> seriesOf_;
  std::map<std::string_view, std::function<std::size_t()>> seriesElsewhere_;
  std::mutex mutex_;
  std::map<std::string_view, Protocol> protocols_;
};

}  // namespace orchestrator_exporter::http
