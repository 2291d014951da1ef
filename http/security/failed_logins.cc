#include "http/security/failed_logins.h"

#include <algorithm>

namespace orchestrator_exporter::http {

void FailedLogins::add(std::string_view address, TimePoint now) {
  std::string key(address);
  if (times_.size() >= kAddresses && !times_.contains(key)) makeRoom(now);
  Times& times = times_[std::move(key)];
  times.last[times.next] = now;
  times.next = (times.next + 1) % kAllowed;
  times.count = std::min(times.count + 1, kAllowed);
}

FailedLogins::TimePoint::duration FailedLogins::lockedFor(std::string_view address,
                                                          TimePoint now) const {
  const auto found = times_.find(std::string(address));
  if (found == times_.end() || found->second.count < kAllowed) return {};
  const Times& times = found->second;
  return std::max(times.last[times.next] + kWindow - now, TimePoint::duration::zero());
}

void FailedLogins::makeRoom(TimePoint now) {
  std::erase_if(times_,
                [now](const auto& entry) { return entry.second.latest() + kWindow <= now; });
  if (times_.size() < kAddresses) return;
  times_.erase(std::min_element(times_.begin(), times_.end(), [](const auto& a, const auto& b) {
    return a.second.latest() < b.second.latest();
  }));
}

}  // namespace orchestrator_exporter::http
