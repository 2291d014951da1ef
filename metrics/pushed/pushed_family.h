#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "metrics/sink.h"

namespace orchestrator_exporter {

struct PushedLimits {
  std::size_t maxSeries = 100'000;
  std::size_t maxSeriesPerFamily = 2'000;
  // Streams of one series are many if attributes are dropped: so many more than series.
  std::size_t maxStreams = 400'000;
  std::uint32_t gaugeExpiry = 300;    // seconds after the last point
  std::uint32_t expiry = 24 * 3'600;  // of all else; 0: never
  // A stream that was silent for so long may be forgotten when streams are many: what it has
  // counted stays in its series.
  std::uint32_t streamSilence = 600;
};

// What all pushed families share.
struct PushedCommons {
  PushedLimits limits;
  std::function<std::uint32_t()> seconds;   // coarse, monotonic
  std::function<std::uint32_t()> unixTime;  // seconds
  std::atomic<std::size_t> series{0};
  std::atomic<std::size_t> streams{0};

  // Takes places while there are some.
  static bool take(std::atomic<std::size_t>& taken, std::size_t limit) {
    if (taken.fetch_add(1, std::memory_order_relaxed) < limit) return true;
    taken.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
};

// A family of pushed series, whatever its type. Thread-safe.
class PushedFamily {
 public:
  PushedFamily(const FamilyHead& head, std::string_view protocol, bool shown,
               PushedCommons& commons)
      : commons_(commons),
        name_(head.name),
        help_(head.help),
        unit_(head.unit),
        type_(head.type),
        protocol_(protocol),
        shown_(shown) {}
  virtual ~PushedFamily() = default;
  PushedFamily(const PushedFamily&) = delete;
  PushedFamily& operator=(const PushedFamily&) = delete;

  const std::string& name() const { return name_; }
  MetricType type() const { return type_; }
  FamilyHead head() const { return {name_, help_, type_, unit_}; }
  // By which way its points come; of static storage.
  std::string_view protocol() const { return protocol_; }
  // Whether its series are for others to see: those of hidden families only tell what is new.
  bool shown() const { return shown_; }

  // Hands the series to the sink. Those that have expired go, and so do streams that are over.
  virtual void give(Sink& out) = 0;
  virtual std::size_t seriesCount() const = 0;
  // Neither series nor streams.
  virtual bool isEmpty() const = 0;

 protected:
  PushedCommons& commons_;

 private:
  const std::string name_;
  const std::string help_;
  const std::string unit_;
  const MetricType type_;
  const std::string_view protocol_;
  const bool shown_;
};

}  // namespace orchestrator_exporter
