#include "http/notify/api/alertmanager_api.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/json_text.h"
#include "http/notify/api/api_json.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http::notify {

namespace {

using nlohmann::json;
using namespace notifications;
using notifications::Time;
using Center = std::shared_ptr<NotificationCenter>;

constexpr std::string_view kSilencePath = "/api/v2/silence/";

// Errors are a text in JSON there.
template <typename Answer>
Endpoint answering(Answer answer) {
  return [answer = std::move(answer)](const Request& request) {
    try {
      return answer(request);
    } catch (const HttpError& error) {
      return jsonResponse(error.what(), error.status());
    } catch (const SilenceError& error) {
      const bool isUnknown = error.kind() == SilenceError::Kind::kUnknown;
      return jsonResponse(error.what(), isUnknown ? 404 : 400);
    }
  };
}

ShownAlert shown(const Dispatcher& dispatcher, const Alert& alert, Time now) {
  ShownAlert one{fingerprint(alert.labels), alert, dispatcher.mutingOf(alert.labels, now)};
  bool isMuted = true;
  for (const Route* const route : routesFor(dispatcher.plan().root, alert.labels)) {
    one.receivers.push_back(route->receiver);
    const auto muting = dispatcher.mutingIntervals(*route, now);
    isMuted = isMuted && !muting.empty();
    one.mutedBy.insert(one.mutedBy.end(), muting.begin(), muting.end());
  }
  // One of its routes is not quiet.
  if (!isMuted) one.mutedBy.clear();
  return one;
}

json alertsJson(const Center& center, const AlertFilter& filter) {
  json all = json::array();
  center->look([&](const Dispatcher& dispatcher, Time now) {
    for (const auto& [known, alert] : dispatcher.alerts()) {
      if (alert.isResolved(now)) continue;
      const ShownAlert one = shown(dispatcher, alert, now);
      const bool isReceived =
          std::any_of(one.receivers.begin(), one.receivers.end(),
                      [&](const std::string& name) { return filter.takesReceiver(name); });
      if (isReceived && filter.takes(one)) all.push_back(alertJson(one));
    }
  });
  return all;
}

json groupsJson(const Center& center, const AlertFilter& filter) {
  json all = json::array();
  center->look([&](const Dispatcher& dispatcher, Time now) {
    for (const auto& [id, group] : dispatcher.groups()) {
      if (!filter.takesReceiver(group.route->receiver)) continue;
      json alerts = json::array();
      for (const auto& [known, alert] : group.alerts) {
        const ShownAlert one = shown(dispatcher, alert, now);
        if (!alert.isResolved(now) && filter.takes(one)) alerts.push_back(alertJson(one));
      }
      if (alerts.empty()) continue;
      json labels = json::object();
      for (const auto& [name, value] : group.labels) labels[name] = value;
      all.push_back({{"labels", std::move(labels)},
                     {"receiver", {{"name", group.route->receiver}}},
                     {"alerts", std::move(alerts)}});
    }
  });
  return all;
}

// Whether each wanted matcher is one of the silence's own.
bool isMeant(const Silence& silence, const Matchers& wanted) {
  const auto& own = silence.matchers.all();
  return std::all_of(wanted.all().begin(), wanted.all().end(), [&](const LabelMatcher& matcher) {
    return std::find(own.begin(), own.end(), matcher) != own.end();
  });
}

json silencesJson(const Center& center, const Matchers& wanted) {
  std::vector<Silence> all;
  Time at = 0;
  center->look([&](const Dispatcher& dispatcher, Time now) {
    at = now;
    for (const auto& [id, silence] : dispatcher.silences().all()) {
      if (isMeant(silence, wanted)) all.push_back(silence);
    }
  });
  // Active ones first, those that end soonest; then those that come; then those that were.
  const auto rank = [at](const Silence& silence) {
    const SilenceState state = stateOf(silence, at);
    if (state == SilenceState::kActive) return std::pair(0, silence.endsAt);
    if (state == SilenceState::kPending) return std::pair(1, silence.startsAt);
    return std::pair(2, -silence.endsAt);
  };
  std::sort(all.begin(), all.end(),
            [&](const Silence& a, const Silence& b) { return rank(a) < rank(b); });
  json list = json::array();
  for (const Silence& silence : all) list.push_back(silenceJson(silence, at));
  return list;
}

json statusJson(const AlertmanagerFacts& facts) {
  return {{"cluster", {{"status", "disabled"}, {"peers", json::array()}}},
          {"config", {{"original", facts.configuration()}}},
          {"uptime", apiTime(facts.started)},
          {"versionInfo",
           {{"version", facts.version},
            {"revision", facts.revision},
            {"branch", facts.branch},
            {"buildUser", ""},
            {"buildDate", ""},
            {"goVersion", ""}}}};
}

json receiversJson(const Center& center) {
  json list = json::array();
  center->look([&](const Dispatcher& dispatcher, Time) {
    for (const Receiver& receiver : dispatcher.plan().receivers) {
      list.push_back({{"name", receiver.name}});
    }
  });
  return list;
}

json silenceOf(const Center& center, const std::string& id) {
  json found;
  center->look([&](const Dispatcher& dispatcher, Time now) {
    if (const Silence* const silence = dispatcher.silences().find(id)) {
      found = silenceJson(*silence, now);
    }
  });
  if (found.is_null()) throw HttpError(404, "silence not found");
  return found;
}

void appendRow(TextBuffer& out, const HistoryPage::Row& row) {
  const auto member = [&](std::string_view name, std::string_view text) {
    out.append(",\"");
    out.append(name);
    out.append("\":");
    appendJsonString(out, text);
  };
  out.append("{\"time\":");
  appendJsonTime(out, row.time);
  member("fingerprint", row.fingerprint);
  member("from", row.from);
  member("to", row.to);
  member("value", row.value);
  member("rule", row.rule);
  out.append(",\"labels\":");
  out.append(row.labels);
  out.append(",\"annotations\":");
  out.append(row.annotations);
  out.append('}');
}

HistoryQuery queryOf(const ApiParameters& parameters) {
  constexpr std::size_t kMostRows = 1000;
  HistoryQuery query;
  query.start = parameters.optionalTime("start").value_or(0);
  query.end = parameters.optionalTime("end").value_or(std::numeric_limits<Time>::max());
  if (parameters.has("limit"))
    query.limit = std::clamp<std::size_t>(parameters.limit(), 1, kMostRows);
  try {
    for (const std::string& text : parameters.all("filter")) {
      query.matchers.add(parseMatchers(text));
    }
  } catch (const std::invalid_argument& error) {
    throw ApiError(ApiError::Type::kBadData,
                   std::string("invalid parameter \"filter\": ") + error.what());
  }
  if (!parameters.has("cursor")) return query;
  query.before = parseInteger(parameters.text("cursor"));
  if (!query.before) throw ApiError(ApiError::Type::kBadData, "invalid parameter \"cursor\"");
  return query;
}

}  // namespace

void addAlertmanagerApi(Router& router, Center center, AlertmanagerFacts facts) {
  router.add("GET", "/api/v2/status",
             answering([facts](const Request&) { return jsonResponse(statusJson(facts)); }));
  router.add("GET", "/api/v2/receivers",
             answering([center](const Request&) { return jsonResponse(receiversJson(center)); }));
  router.add("GET", "/api/v2/alerts", answering([center](const Request& request) {
               return jsonResponse(alertsJson(center, AlertFilter(request)));
             }));
  router.add("POST", "/api/v2/alerts", answering([center](const Request& request) {
               Time at = 0;
               Milliseconds timeout{0};
               center->look([&](const Dispatcher& dispatcher, Time now) {
                 at = now;
                 timeout = dispatcher.plan().resolveTimeout;
               });
               center->receive(readAlertsJson(request.body, at, timeout));
               return Response{};
             }),
             Access::kWrite);
  router.add("GET", "/api/v2/alerts/groups", answering([center](const Request& request) {
               return jsonResponse(groupsJson(center, AlertFilter(request)));
             }));
  router.add("GET", "/api/v2/silences", answering([center](const Request& request) {
               return jsonResponse(silencesJson(center, filterOf(request)));
             }));
  router.add(
      "POST", "/api/v2/silences", answering([center](const Request& request) {
        const Silence silence = readSilenceJson(request.body);
        return jsonResponse({{"silenceID", center->setSilence(silence, request.remoteAddress)}});
      }),
      Access::kWrite);
  const std::string each = std::string(kSilencePath) + "*";
  router.add("GET", each, answering([center](const Request& request) {
               return jsonResponse(silenceOf(center, request.path.substr(kSilencePath.size())));
             }));
  router.add("DELETE", each, answering([center](const Request& request) {
               center->expireSilence(request.path.substr(kSilencePath.size()),
                                     request.remoteAddress);
               return Response{};
             }),
             Access::kWrite);
}

void addHistoryApi(Router& router, Center center) {
  addApiEndpoint(router, "alerts/history", ApiMethods::kGet,
                 [center](const ApiParameters& parameters, const Request&) {
                   HistoryPage page;
                   try {
                     page = center->history(queryOf(parameters));
                   } catch (const history::DatabaseError& error) {
                     throw ApiError(ApiError::Type::kUnavailable, error.what());
                   }
                   ApiAnswer answer;
                   answer.data.append("{\"transitions\":[");
                   std::string_view before;
                   for (const HistoryPage::Row& row : page.rows) {
                     answer.data.append(std::exchange(before, ","));
                     appendRow(answer.data, row);
                   }
                   answer.data.append("]");
                   if (page.next) {
                     answer.data.append(",\"cursor\":\"");
                     answer.data.append(std::to_string(*page.next));
                     answer.data.append("\"");
                   }
                   answer.data.append("}");
                   return answer;
                 });
}

}  // namespace orchestrator_exporter::http::notify
