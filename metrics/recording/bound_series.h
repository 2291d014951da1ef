#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "metrics/base/time_units.h"
#include "metrics/recording/record.h"

namespace orchestrator_exporter {

class Recorder;

// A series of a MetricsCollector that was looked up once, for hot loops. Copies name the same
// series and share a queue of their own, so give each thread its own by asking the collector again.
// May be used from any thread and after the collector is gone; recording never throws, and is
// rejected once the collector is closed. Made by MetricsCollector.
class BoundSeries {
 public:
  // Throws std::invalid_argument for identifiers that no record of the type may have.
  BoundSeries(std::shared_ptr<Recorder> recorder, RecordType type,
              std::span<const std::string_view> texts);

 protected:
  class Shared;
  Shared& shared() const { return *shared_; }

 private:
  std::shared_ptr<Shared> shared_;
};

class BoundTokens : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  void add(double tokens) const noexcept;
};

class BoundLatency : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  template <typename Latency>
  void observe(Latency latency, std::string_view traceId = {}) const noexcept {
    observeMilliseconds(toMilliseconds(latency), traceId);
  }

 private:
  void observeMilliseconds(double latency, std::string_view traceId) const noexcept;
};

class BoundSessions : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  void start() const noexcept;
  void end() const noexcept;
};

class BoundToolInvocations : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  void add() const noexcept;
};

class BoundDelegations : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  void add() const noexcept;
};

class BoundErrors : public BoundSeries {
 public:
  using BoundSeries::BoundSeries;
  void add() const noexcept;
};

}  // namespace orchestrator_exporter
