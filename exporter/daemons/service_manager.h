#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// The service manager that started this process, if it wants to be told how it fares: sd_notify(3),
// for units of Type=notify or notify-reload, and the watchdog of WatchdogSec=. Without
// NOTIFY_SOCKET nothing is told and nothing loaded.
class ServiceManager {
 public:
  // `log` is told why nothing can be told.
  explicit ServiceManager(const std::function<void(std::string_view)>& log);

  void ready() const { tell("READY=1"); }
  void reloading() const;
  void stopping() const { tell("STOPPING=1"); }
  void alive() const { tell("WATCHDOG=1"); }

  // How often alive() is to be called, half of what the unit says; nullopt without a watchdog.
  std::optional<std::chrono::microseconds> watchdogInterval() const { return interval_; }

 private:
  void tell(const std::string& state) const;

  bool listens_ = false;
  std::optional<std::chrono::microseconds> interval_;
};

}  // namespace orchestrator_exporter
