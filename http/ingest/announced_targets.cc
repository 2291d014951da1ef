#include "http/ingest/announced_targets.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/ingest/json_endpoint.h"
#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1024;

[[noreturn]] void refuse(const std::string& place, std::string_view expected, const json& found) {
  throw HttpError(
      400, place + (place.empty() ? "expected " : ": expected ") + std::string(expected) +
               ", got " +
               (found.is_string() ? "'" + ParseError::printable(found.get<std::string>()) + "'"
                                  : std::string(found.type_name())));
}

// As Prometheus takes an address: no scheme, no path, no blanks; the port may be left out.
bool isAddress(std::string_view text) {
  const auto isOdd = [](unsigned char c) { return c <= ' ' || c == '/' || c == 0x7f; };
  return !text.empty() && text.size() <= kLongestText &&
         std::none_of(text.begin(), text.end(), isOdd);
}

std::map<std::string, std::string> labelsOf(const json& group, const std::string& place) {
  std::map<std::string, std::string> labels = {{"__scheme__", "http"},
                                               {"__metrics_path__", "/metrics"}};
  const auto found = group.find("labels");
  if (found == group.end()) return labels;
  if (!found->is_object()) refuse(place + "labels", "an object", *found);
  for (const auto& [name, value] : found->items()) {
    const std::string its = place + "labels." + ParseError::printable(name);
    if (!isLegalLabelName(name)) throw HttpError(400, its + ": invalid label name");
    if (!value.is_string()) refuse(its, "a text", value);
    if (value.get_ref<const std::string&>().size() > kLongestText) {
      throw HttpError(400, its + ": expected at most " + std::to_string(kLongestText) + " bytes");
    }
    labels[name] = value;
  }
  return labels;
}

void addGroup(const json& group, const std::string& place, std::vector<AnnouncedTarget>& to) {
  if (!group.is_object()) {
    refuse(place.substr(0, place.empty() ? 0 : place.size() - 1), "an object", group);
  }
  for (const auto& [name, value] : group.items()) {
    if (name != "targets" && name != "labels") {
      throw HttpError(400, place + ParseError::printable(name) + ": unknown field");
    }
  }
  const auto targets = group.find("targets");
  if (targets == group.end()) throw HttpError(400, place + "targets: is missing");
  if (!targets->is_array()) refuse(place + "targets", "an array", *targets);
  const auto labels = labelsOf(group, place);
  for (std::size_t i = 0; i < targets->size(); ++i) {
    const json& target = (*targets)[i];
    const bool isOne = target.is_string() && isAddress(target.get_ref<const std::string&>());
    if (!isOne) refuse(place + "targets[" + std::to_string(i) + "]", "host:port", target);
    to.push_back({target, labels});
  }
}

std::vector<AnnouncedTarget> parse(std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    throw HttpError(400, "byte " + std::to_string(error.byte) + ": expected JSON");
  }
  std::vector<AnnouncedTarget> targets;
  if (!document.is_array()) {
    addGroup(document, "", targets);
    return targets;
  }
  for (std::size_t i = 0; i < document.size(); ++i) {
    addGroup(document[i], "[" + std::to_string(i) + "].", targets);
  }
  return targets;
}

std::string jobOf(const AnnouncedTarget& target) {
  const auto found = target.labels.find("job");
  return found == target.labels.end() ? "" : found->second;
}

}  // namespace

std::size_t AnnouncedTargets::announce(std::string_view json, Time now) {
  const std::vector<AnnouncedTarget> announced = parse(json);
  const std::lock_guard lock(mutex_);
  std::erase_if(targets_, [&](const auto& one) { return one.second.until <= now; });
  std::map<Identity, Announced> fresh;
  for (const AnnouncedTarget& target : announced) {
    fresh[{target.address, jobOf(target)}] = {target.labels, now + kLifetime};
  }
  const auto added = std::count_if(fresh.begin(), fresh.end(),
                                   [&](const auto& one) { return !targets_.contains(one.first); });
  if (targets_.size() + static_cast<std::size_t>(added) > kMost) {
    throw HttpError(503, "expected at most " + std::to_string(kMost) + " targets in all");
  }
  for (auto& [identity, its] : fresh) targets_.insert_or_assign(identity, std::move(its));
  return announced.size();
}

std::vector<AnnouncedTarget> AnnouncedTargets::at(Time now) const {
  const std::lock_guard lock(mutex_);
  std::vector<AnnouncedTarget> left;
  for (const auto& [identity, announced] : targets_) {
    if (announced.until > now) left.push_back({identity.first, announced.labels});
  }
  return left;
}

Endpoint announcementEndpoint(AnnouncedTargets& targets, IngestDoor& door) {
  return jsonEndpoint(door, kTargetsProtocol, [&targets, &door](std::string_view body) {
    const std::size_t accepted = targets.announce(body, std::chrono::steady_clock::now());
    door.statistics().countPoints(kTargetsProtocol, {.accepted = accepted});
    return json{{"accepted", accepted}};
  });
}

}  // namespace orchestrator_exporter::http
