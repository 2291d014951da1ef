#include "exporter/kernel/ip_octets.h"

#include <chrono>
#include <mutex>
#include <utility>

namespace orchestrator_exporter {

namespace {

using Clock = std::chrono::steady_clock;

std::mutex mutex;
std::optional<IpOctets> left;  // guarded by the mutex, as the time is
Clock::time_point leftAt;

}  // namespace

void leaveIpOctets(const IpOctets& octets) {
  const std::lock_guard lock(mutex);
  left = octets;
  leftAt = Clock::now();
}

std::optional<IpOctets> takeIpOctets() {
  const std::lock_guard lock(mutex);
  const auto taken = std::exchange(left, std::nullopt);
  return taken && Clock::now() - leftAt < std::chrono::seconds(1) ? taken : std::nullopt;
}

}  // namespace orchestrator_exporter
