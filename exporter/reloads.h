#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/log.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// The files that are read again while the program runs, on SIGHUP and POST /-/reload: all are
// checked first, and if none is at fault all are swapped. Any thread may call anything.
class Reloads final : public Source {
 public:
  // Reads and checks without any effect; throws std::runtime_error for a fault. What it returns
  // puts the new state in the place of the old one and does not fail.
  using Prepare = std::function<std::function<void()>()>;

  // `log` is told how each reload went.
  explicit Reloads(Log log) : log_(std::move(log)) {}

  void add(Prepare prepare);

  // The first fault, if there is one; everything stays as it was then.
  std::optional<std::string> reload();

  // Whether the last reload worked, and when one did; nothing before the first.
  void collect(Sink& out) override;

 private:
  const Log log_;
  std::mutex mutex_;  // guards what follows
  std::vector<Prepare> all_;
  std::optional<bool> successful_;
  double successTime_ = 0;  // Unix seconds; 0 before the first success
};

}  // namespace orchestrator_exporter
