#include "exporter/daemons/service_manager.h"

#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "exporter/daemons/bus.h"
#include "exporter/daemons/systemd_library.h"

namespace orchestrator_exporter {

ServiceManager::ServiceManager(const std::function<void(std::string_view)>& log) {
  if (std::getenv("NOTIFY_SOCKET") == nullptr) return;
  try {
    std::uint64_t microseconds = 0;
    if (serviceManagerLibrary().watchdogEnabled(0, &microseconds) > 0) {
      interval_ = std::chrono::microseconds(microseconds / 2);
    }
    listens_ = true;
  } catch (const BusError& error) {
    log(std::string("the service manager is told nothing: ") + error.what());
  }
}

// With the time, which Type=notify-reload needs to tell this reload from an earlier one.
void ServiceManager::reloading() const {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  tell("RELOADING=1\nMONOTONIC_USEC=" +
       std::to_string(now.tv_sec * 1'000'000 + now.tv_nsec / 1'000));
}

void ServiceManager::tell(const std::string& state) const {
  if (listens_) serviceManagerLibrary().notify(0, state.c_str());
}

}  // namespace orchestrator_exporter
