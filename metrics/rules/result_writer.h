#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "metrics/history_intake.h"
#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// Writes what rules give into a history. The next question sees it at once; to the disk it is
// brought by a thread of its own, as readings are, together with the rest of its group: rules are
// not to wait for a disk, and a transaction for each of them would take longer than the rule.
// write() and keep() are for one thread at a time.
class ResultWriter {
 public:
  // May be called by the writer's thread.
  using Log = std::function<void(const std::string& fault)>;

  ResultWriter(std::shared_ptr<HistoryIntake> intake, Log log)
      : intake_(std::move(intake)), log_(std::move(log)) {}
  // Comes back when all that keep() was called for is on disk.
  ~ResultWriter();
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  // Tells the log what goes wrong, and does not throw.
  void write(std::vector<RuleSample> samples);
  // What was written since the last call is to come to the disk, if there is one. Waits only while
  // that of the last call is not there: a disk that is too slow makes rules late, and no queue.
  void keep();

 private:
  void writeNumbers(std::span<const RuleSample> samples);
  void writeHistograms(std::span<const RuleSample> samples);
  void run(const std::stop_token& stop);
  void bringToDisk(std::span<const RuleSample> samples);

  const std::shared_ptr<HistoryIntake> intake_;
  const Log log_;
  std::vector<RuleSample> taken_;  // numbers that keep() was not called for yet

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changes_;
  std::vector<RuleSample> handed_;  // to the thread, until they are on disk
  std::jthread thread_;             // begins with the first of them; last: uses the others
};

}  // namespace orchestrator_exporter::rules
