#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "http/ingest/statsd/line.h"
#include "http/ingest/statsd/mapper.h"
#include "http/ingest/statsd/target.h"
#include "http/ingest/statsd/target_cache.h"

namespace orchestrator_exporter::http::statsd {

// Brings lines to their series. take() and tick() are for one thread, the receiver's; any thread
// may bring other mappings.
class Delivery {
 public:
  // Told how each event ended.
  using Ended = std::function<void(PushResult)>;

  struct Config {
    TagDialects dialects = {};
    std::size_t cacheSize = 10'000;
    Ended ended = [](PushResult) {};
  };

  Delivery(PushedMetrics& pushed, Statistics& statistics, Config config,
           std::shared_ptr<const Mapper> mapper);

  // The lines of a datagram, or one line.
  void take(std::string_view text);
  // To be called about once a second while there are sets.
  void tick(std::uint32_t now) { distinct_.sweep(now); }
  bool hasSets() const { return !distinct_.empty(); }

  // Lines from now on go by other mappings.
  void setMapper(std::shared_ptr<const Mapper> mapper);

 private:
  void takeLine(std::string_view line);
  bool takeKnown(const CutLine& line);
  void takeSample(const Line& line, const Sample& sample, const CutLine* cut);
  void count(const Line& line);
  void countEvent(MetricKind kind, bool isMapped, bool isDropped);
  void bring(Target& target, const Sample& sample);
  void renewMapper();

  Statistics& statistics_;
  const Ended ended_;
  DistinctValues distinct_;
  const TargetParts parts_;
  LineParser parser_;
  TargetCache cache_;
  std::shared_ptr<const Mapper> mapper_;

  std::atomic<bool> hasNewMapper_ = false;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Mapper> newMapper_;
};

}  // namespace orchestrator_exporter::http::statsd
