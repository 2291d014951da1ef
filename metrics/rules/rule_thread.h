#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "metrics/rules/rule_engine.h"

namespace orchestrator_exporter::rules {

// Evaluates an engine's groups when they are due, on a thread of its own, from the first change()
// to its destruction. Without groups there is no thread.
class RuleThread {
 public:
  using Clock = std::function<Time()>;

  RuleThread(RuleEngine& engine, Clock clock) : engine_(engine), clock_(std::move(clock)) {}
  RuleThread(const RuleThread&) = delete;
  RuleThread& operator=(const RuleThread&) = delete;

  // Gives the engine these groups.
  void change(std::vector<GroupDefinition> groups);
  // Ends an evaluation's wait, and the thread. A second call does nothing.
  void stop();

 private:
  void run(const std::stop_token& stop);

  RuleEngine& engine_;
  const Clock clock_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any wakes_;
  bool changed_ = false;
  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::rules
