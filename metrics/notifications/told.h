#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/notifications/alert.h"

namespace orchestrator_exporter::notifications {

// What one configuration of a receiver was told of a group last.
struct Told {
  Time at = 0;
  Time expiresAt = 0;                      // from then on it is as if nothing had been told
  std::vector<Fingerprint> firing = {};    // sorted
  std::vector<Fingerprint> resolved = {};  // sorted
  friend bool operator==(const Told&, const Told&) = default;
};

// Why something is told.
enum class Reason : std::uint8_t { kFirst, kNewAlerts, kAllResolved, kSomeResolved, kRepeat };
// "first notification" and so on, as webhooks have it.
std::string_view nameOf(Reason reason);
std::optional<Reason> reasonNamed(std::string_view name);

// What there is to tell now.
struct ToTell {
  std::vector<Fingerprint> firing = {};    // sorted
  std::vector<Fingerprint> resolved = {};  // sorted
  bool sendsResolved = true;
  Milliseconds repeatInterval{0};
  Time now = 0;
};

// Why it is to be told after what was told last (null: nothing); nullopt if it is not.
std::optional<Reason> reasonToTell(const Told* last, const ToTell& next);

// What is remembered of it.
Told toldOf(const ToTell& told);

}  // namespace orchestrator_exporter::notifications
