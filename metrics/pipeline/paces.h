#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/pipeline/plan.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::pipeline {

// Collectors with intervals of their own, which are longer than that of readings: their series are
// looked at in the reading that is nearest to their time, and rest in those between
// (resting_value.h). For one thread at a time.
class Paces {
 public:
  // Takes the collectors of a plan, which must outlive it; those that it had by the same name go
  // on.
  void follow(const Plan& plan);
  bool empty() const { return paces_.empty(); }

  // Of a reading of this time; `interval` of the readings. While these come faster, a collector
  // whose time has come is looked at for nearly an interval, so that the reading which the history
  // on disk gets is among them.
  void begin(Time time, std::chrono::milliseconds interval);
  // Where samples of a collector, or of none, go to in this reading; null while it rests.
  Sink* sinkOf(const CollectorSettings* collector, Sink& usual);
  // Gives what they have: now looked at, or resting. Each reading has them in the same order.
  void finish(Sink& out) const;

 private:
  struct Pace {
    std::string name = {};
    const CollectorSettings* collector = nullptr;  // of the plan that is followed
    std::optional<Time> last = {};
    bool isDue = false;
    Snapshot given = {};  // when it was looked at last
  };

  std::vector<std::unique_ptr<Pace>> paces_;
};

}  // namespace orchestrator_exporter::pipeline
