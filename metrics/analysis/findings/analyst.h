#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "metrics/analysis/findings/baseline_store.h"
#include "metrics/analysis/findings/findings.h"
#include "metrics/analysis/findings/watched.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::analysis {

struct AnalystSettings {
  std::shared_ptr<const History> history;
  promql::Engine engine = promql::Engine();
  std::vector<Signal> signals = {};  // that are watched as long as it lives
  Zone zone = utc;
  BaselineStore* store = nullptr;  // for baselines that outlast the process; null if there is none
  // Told of each finding that begins or ends: one line of key=value.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
};

// Watches the signals of a history while the program runs. What it knows of the past it learns from
// the history when it first sees a signal, a few signals each minute; from then on it keeps what it
// needs: of each series the last day by minutes and four weeks by five minutes.
class Analyst {
 public:
  explicit Analyst(AnalystSettings settings);
  Analyst(const Analyst&) = delete;
  Analyst& operator=(const Analyst&) = delete;

  // From its next look on these are watched too, in the place of those given here before; if they
  // differ, they are learnt from the history again. For any thread.
  void watchToo(std::vector<Signal> signals);

  // To be called each minute by one thread; times in ms ascend. Throws what the history throws.
  void look(std::int64_t now);
  // Of bottlenecks and health alone, by the same thread in between, so that they are told in time.
  void lookAtBottlenecks(std::int64_t now);

  // What it found when it last looked; never null. For any thread.
  std::shared_ptr<const Findings> findings() const;

 private:
  // What watchToo() was told.
  void takeOthers();
  void learn(std::size_t signal, std::int64_t now);
  void watch(std::size_t signal, std::int64_t now);
  void judge(std::int64_t now, Findings& findings);
  void publish(Findings findings);
  void describe(Findings& findings);
  void keep(const SignalFinding& finding, Findings& findings);

  AnalystSettings settings_;  // its signals are all that are watched, the lasting ones first
  const std::size_t lasting_;
  std::vector<bool> learnt_;
  std::vector<std::unique_ptr<WatchedSeries>> watched_;
  BottleneckTracker tracker_;
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Findings> findings_;
  std::optional<std::vector<Signal>> others_;  // not taken yet
};

// The findings as families analysis_*, for alerts by plain rules.
void giveFindings(const Findings& findings, Sink& out);

}  // namespace orchestrator_exporter::analysis
