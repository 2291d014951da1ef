#include "http/ingest/browser/beacon_endpoint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "http/ingest/browser/address_limits.h"
#include "http/ingest/browser/origins.h"
#include "http/server/header_value.h"
#include "metrics/base/coarse_clock.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::browser {
namespace {

using Reason = BrowserFamilies::Reason;

bool contains(std::string_view text, std::string_view word) {
  const auto found =
      std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
        return equalIgnoringCase({&a, 1}, {&b, 1});
      });
  return found != text.end();
}

// Takes beacons until it is destroyed.
class BeaconDesk {
 public:
  BeaconDesk(BeaconIntake& intake, IngestDoor& door, BeaconRules rules)
      : intake_(intake),
        door_(door),
        origins_(std::move(rules.allowedOrigins)),
        allowHeadless_(rules.allowHeadless) {}

  Response answer(const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    Response response;
    try {
      response.headers = origins_.check(request);
      take(request, begun);
      response.status = 204;
      door_.note(kProtocol, request, response.status, "", begun);
    } catch (const HttpError& error) {
      refuse(response, error.status(), error.what());
      for (const auto& field : error.headers()) response.headers.push_back(field);
      door_.note(kProtocol, request, response.status, error.what(), begun);
    } catch (const ParseError& error) {
      refuse(response, 400, error.what());
      door_.note(kProtocol, request, response.status, error.what(), begun);
    }
    return response;
  }

 private:
  static void refuse(Response& response, int status, std::string_view reason) {
    response.status = status;
    response.body.append(reason).append("\n");
  }

  void take(const Request& request, std::chrono::steady_clock::time_point now) {
    const std::string_view type = mediaType(request.header("Content-Type").value_or(""));
    if (!equalIgnoringCase(type, "text/plain") && !equalIgnoringCase(type, "application/json")) {
      throw HttpError(415, "expected the content type text/plain or application/json");
    }
    if (request.body.size() > kLargestBeacon) {
      throw HttpError(413, "expected at most " + std::to_string(kLargestBeacon) + " bytes");
    }
    if (!limits_.allow(request.remoteAddress, now)) {
      // One for all that it holds: it is not read.
      intake_.families().countDropped(Reason::kRate, 1);
      throw HttpError(429, "too many beacons", {{"Retry-After", "1"}});
    }
    const IngestDoor::Turn turn(door_);
    const Beacon beacon = decodeBeacon(request.body);
    IngestStatistics::Points points;
    if (isBot(request.header("User-Agent").value_or(""), allowHeadless_)) {
      points.rejected = beacon.metrics();
      intake_.families().countDropped(Reason::kBot, beacon.metrics());
    } else {
      points = intake_.take(beacon, coarseSeconds());
    }
    door_.statistics().countPoints(kProtocol, points);
  }

  BeaconIntake& intake_;
  IngestDoor& door_;
  const Origins origins_;
  const bool allowHeadless_;
  AddressLimits limits_;
};

}  // namespace

Endpoint beaconEndpoint(BeaconIntake& intake, IngestDoor& door, BeaconRules rules) {
  const auto desk = std::make_shared<BeaconDesk>(intake, door, std::move(rules));
  return [desk](const Request& request) { return desk->answer(request); };
}

Endpoint preflightEndpoint(const BeaconRules& rules) {
  const auto origins = std::make_shared<const Origins>(rules.allowedOrigins);
  return [origins](const Request& request) {
    Response response;
    response.status = 204;
    response.headers = origins->check(request);
    response.headers.insert(response.headers.end(),
                            {{"Access-Control-Allow-Methods", "POST"},
                             {"Access-Control-Allow-Headers", "content-type"},
                             {"Access-Control-Max-Age", "86400"}});
    return response;
  };
}

bool isBot(std::string_view userAgent, bool allowHeadless) {
  constexpr std::array<std::string_view, 3> kWords = {"bot", "crawl", "spider"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return contains(userAgent, word); }) ||
         (!allowHeadless && contains(userAgent, "headless"));
}

}  // namespace orchestrator_exporter::http::browser
