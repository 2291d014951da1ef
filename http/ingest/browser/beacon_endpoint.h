#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "http/ingest/browser/beacon_intake.h"
#include "http/ingest/ingest_door.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http::browser {

constexpr std::string_view kProtocol = "browser";
constexpr std::size_t kLargestBeacon = std::size_t{64} << 10;  // bytes

struct BeaconRules {
  std::vector<std::string> allowedOrigins = {};  // beside this server's own
  bool allowHeadless = false;                    // take beacons of browsers without a screen
};

// POST /api/metrics: takes one beacon of a browser (beacon.h), as text/plain or application/json,
// from anywhere. Answers 204, also for a bot's, which is only counted; 400 for what is no beacon,
// 403 for a page of an origin that is not allowed, 413 above kLargestBeacon, 415 for another media
// type, 429 above the limits of address_limits.h, 503 if others are being read for longer than a
// second. Intake and door must outlive it.
Endpoint beaconEndpoint(BeaconIntake& intake, IngestDoor& door, BeaconRules rules);

// OPTIONS of the same path: answers 204 and what an allowed origin may send, or 403.
Endpoint preflightEndpoint(const BeaconRules& rules);

// Whether a user agent calls itself a bot; a browser without a screen is one unless it is allowed.
bool isBot(std::string_view userAgent, bool allowHeadless);

}  // namespace orchestrator_exporter::http::browser
