#include "exporter/reloads.h"

#include <chrono>

namespace orchestrator_exporter {

void Reloads::add(Prepare prepare) {
  const std::lock_guard lock(mutex_);
  all_.push_back(std::move(prepare));
}

std::optional<std::string> Reloads::reload() {
  const std::lock_guard lock(mutex_);
  std::vector<std::function<void()>> swaps;
  try {
    for (const Prepare& prepare : all_) swaps.push_back(prepare());
  } catch (const std::exception& error) {
    successful_ = false;
    log_(LogLevel::kError,
         std::string("reload failed, everything stays as it was: ") + error.what());
    return error.what();
  }
  for (const auto& swap : swaps) swap();
  successful_ = true;
  successTime_ =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  log_(LogLevel::kInfo, "reloaded");
  return std::nullopt;
}

void Reloads::collect(Sink& out) {
  const std::lock_guard lock(mutex_);
  if (!successful_) return;
  out.gauge("orchestrator_exporter_config_last_reload_successful",
            "Whether the last reload of the configuration worked.")
      .add(*successful_ ? 1 : 0);
  if (successTime_ == 0) return;
  out.gauge("orchestrator_exporter_config_last_reload_success_timestamp_seconds",
            "When a reload of the configuration worked last, in Unix seconds.", "seconds")
      .add(successTime_);
}

}  // namespace orchestrator_exporter
