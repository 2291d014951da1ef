#include "metrics/rules/rule_thread.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace orchestrator_exporter::rules {

namespace {

// A clock that was set is noticed after so long.
constexpr Time kLongestSleep = 10'000;

}  // namespace

void RuleThread::change(std::vector<GroupDefinition> groups) {
  const bool hasGroups = !groups.empty();
  engine_.replace(std::move(groups), clock_());
  const std::lock_guard lock(mutex_);
  changed_ = true;
  wakes_.notify_all();
  if (hasGroups && !thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

void RuleThread::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void RuleThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Time now = clock_();
    const Time next = engine_.evaluateDue(now).value_or(now + kLongestSleep);
    std::unique_lock lock(mutex_);
    const Time pause = std::clamp<Time>(next - clock_(), 0, kLongestSleep);
    wakes_.wait_for(lock, stop, Milliseconds(pause),
                    [&] { return std::exchange(changed_, false); });
  }
}

}  // namespace orchestrator_exporter::rules
