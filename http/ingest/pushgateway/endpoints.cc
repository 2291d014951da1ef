#include "http/ingest/pushgateway/endpoints.h"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>

#include "http/ingest/pushgateway/grouping_key.h"
#include "http/ingest/pushgateway/groups_json.h"
#include "http/ingest/pushgateway/push_body.h"
#include "http/ingest/snappy.h"
#include "http/server/header_value.h"
#include "metrics/base/errors.h"
#include "metrics/base/go_duration.h"
#include "metrics/base/utc_text.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

constexpr std::string_view kPrefix = "/metrics/";

Response json(std::string body) {
  Response response;
  response.contentType = "application/json";
  response.body = std::move(body);
  return response;
}

Response accepted() {
  Response response;
  response.status = 202;
  return response;
}

PushGroup::Labels labelsOf(const Request& request) {
  return groupingKey(std::string_view(request.path).substr(kPrefix.size()));
}

// Seconds; nullopt if the push says nothing of it.
std::optional<double> ttlOf(const Request& request) {
  const auto parameters = request.values("ttl");
  const auto text = parameters.empty() ? request.header("X-Push-TTL") : parameters.front();
  if (!text) return std::nullopt;
  const auto duration = parseGoDuration(*text);
  if (!duration || duration->count() < 0) {
    throw ParseError("ttl: expected a duration, as 10m, got '" + ParseError::printable(*text) +
                     "'");
  }
  return std::chrono::duration<double>(*duration).count();
}

std::size_t samplesOf(const PushBody& body) {
  std::size_t count = 0;
  for (const ParsedFamily& family : body.families()) count += family.samples.size();
  return count;
}

// Takes one push. Throws what it is refused with.
class Push {
 public:
  Push(PushGroups& groups, IngestDoor& door, PushGroups::Replace replace)
      : groups_(groups), door_(door), replace_(replace) {}

  void take(const Request& request) {
    const PushGroup::Labels labels = labelsOf(request);
    const auto ttl = ttlOf(request);
    const IngestDoor::Turn turn(door_);
    std::string unpacked;
    const std::string_view bytes = bytesOf(request, unpacked);
    const PushBody body = parsed(request, bytes, labels);
    const std::size_t samples = samplesOf(body);
    if (body.hasTimestamps()) {
      groups_.noteRefusal(labels);
      refuse(samples, "samples must have no timestamps");
    }
    if (const auto why = groups_.push(labels, replace_, body.families(), ttl)) {
      refuse(samples, *why);
    }
    door_.statistics().countPoints(kProtocol, {.accepted = samples});
  }

 private:
  std::string_view bytesOf(const Request& request, std::string& unpacked) const {
    if (!equalIgnoringCase(request.header("Content-Encoding").value_or(""), "snappy")) {
      return door_.bodyOf(request, unpacked);
    }
    unpacked = unsnappyFrames(request.body, door_.unpackedLimit());
    return unpacked;
  }
  PushBody parsed(const Request& request, std::string_view bytes,
                  const PushGroup::Labels& labels) const {
    try {
      return PushBody(request, bytes);
    } catch (const ParseError&) {
      groups_.noteFailure(labels);
      throw;
    }
  }
  [[noreturn]] void refuse(std::size_t samples, const std::string& why) const {
    door_.statistics().countPoints(kProtocol, {.rejected = samples});
    throw HttpError(400, why);
  }

  PushGroups& groups_;
  IngestDoor& door_;
  const PushGroups::Replace replace_;
};

// Calls `act`, and has the door note how it went.
template <typename Act>
Response noted(IngestDoor& door, const Request& request, int status, Act act) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    act();
    door.note(kProtocol, request, status, "", begun);
    Response response;
    response.status = status;
    return response;
  } catch (const HttpError& error) {
    door.note(kProtocol, request, error.status(), error.what(), begun);
    throw;
  } catch (const ParseError& error) {
    door.note(kProtocol, request, 400, error.what(), begun);
    throw;
  }
}

std::string timeText(std::time_t time) { return utcText(time).value_or("") + "Z"; }

}  // namespace

Endpoint pushEndpoint(PushGroups& groups, IngestDoor& door, PushGroups::Replace replace) {
  return [&groups, &door, replace](const Request& request) {
    return noted(door, request, 200, [&] { Push(groups, door, replace).take(request); });
  };
}

Endpoint deleteEndpoint(PushGroups& groups, IngestDoor& door) {
  return [&groups, &door](const Request& request) {
    return noted(door, request, 202, [&] { groups.remove(labelsOf(request)); });
  };
}

Endpoint groupsEndpoint(PushGroups& groups) {
  return [&groups](const Request&) { return json(groupsJson(groups.groups())); };
}

Endpoint statusEndpoint(const std::map<std::string, std::string>& build,
                        const std::map<std::string, std::string>& flags) {
  const nlohmann::json data = {
      {"build_information", build}, {"flags", flags}, {"start_time", timeText(std::time(nullptr))}};
  const nlohmann::json all = {{"status", "success"}, {"data", data}};
  return [body = jsonText(all)](const Request&) { return json(body); };
}

Endpoint wipeEndpoint(PushGroups& groups) {
  return [&groups](const Request&) {
    groups.removeAll();
    return accepted();
  };
}

}  // namespace orchestrator_exporter::http::pushgateway
