#include "metrics/notifications/told.h"

#include <algorithm>
#include <array>

namespace orchestrator_exporter::notifications {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"first notification", "new alerts added",
                                                    "all alerts resolved", "some alerts resolved",
                                                    "repeat interval elapsed"};

// Alertmanager keeps what it told for so long at most.
constexpr Milliseconds kLongest = std::chrono::hours(120);

bool areAmong(const std::vector<Fingerprint>& some, const std::vector<Fingerprint>& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

}  // namespace

std::string_view nameOf(Reason reason) { return kNames[static_cast<std::size_t>(reason)]; }

std::optional<Reason> reasonNamed(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Reason>(found - kNames.begin());
}

std::optional<Reason> reasonToTell(const Told* last, const ToTell& next) {
  const bool isKnown = last != nullptr && last->expiresAt > next.now;
  const bool fired = isKnown && !last->firing.empty();
  if (next.firing.empty()) return fired ? std::optional(Reason::kAllResolved) : std::nullopt;
  if (!fired) return Reason::kFirst;
  if (!areAmong(next.firing, last->firing)) return Reason::kNewAlerts;
  if (next.sendsResolved && !areAmong(next.resolved, last->resolved)) return Reason::kSomeResolved;
  if (last->at + next.repeatInterval.count() <= next.now) return Reason::kRepeat;
  return std::nullopt;
}

Told toldOf(const ToTell& told) {
  const Milliseconds kept = std::min(kLongest, 2 * told.repeatInterval);
  return {told.now, told.now + kept.count(), told.firing, told.resolved};
}

}  // namespace orchestrator_exporter::notifications
