#include "exporter/pipeline/session_api.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "exporter/configuration/key.h"
#include "exporter/configuration/scalars.h"
#include "exporter/pipeline/pipeline_block.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::pipeline {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::string_view kSessions = "/api/v1/sessions/";
constexpr std::string_view kSamples = "/samples";
constexpr std::size_t kShownSeries = 1000;

http::Response jsonResponse(std::string body, int status = 200) {
  http::Response response;
  response.status = status;
  response.contentType = "application/json";
  response.body = std::move(body);
  response.body += "\n";
  return response;
}

// Seconds as a number, or a duration as 1m30s.
milliseconds durationOf(const json& value, const char* name, milliseconds least,
                        milliseconds most) {
  const configuration::Key key =
      configuration::durationKey(name, "", DurationRange{least, most}, "");
  std::optional<configuration::Value::Scalar> scalar;
  if (value.is_string()) {
    scalar = configuration::scalarOf(key, value.get<std::string>());
  } else if (value.is_number()) {
    const double seconds = value.get<double>();
    const double limit = std::chrono::duration<double>(most).count();
    if (seconds >= 0 && seconds <= limit) {
      scalar = configuration::scalarOf(
          key, std::to_string(static_cast<std::int64_t>(seconds * 1000)) + "ms");
    }
  }
  if (!scalar) {
    throw http::HttpError(400, std::string(name) + ": expected " + configuration::expectation(key));
  }
  return std::get<milliseconds>(*scalar);
}

// A YAML text with the block `pipeline`, or what that block has as JSON, which is YAML too.
Plan planOf(const json& value) {
  if (!value.is_string() && !value.is_object()) {
    throw http::HttpError(400, "pipeline: expected an object or a YAML text");
  }
  json block = json::object();
  block["pipeline"] = value;
  try {
    return sessionPlanOf(value.is_string() ? value.get<std::string>() : block.dump());
  } catch (const configuration::ConfigurationError& error) {
    throw http::HttpError(400, error.what());
  }
}

// So that whoever walks through it needs no more of the stack than a pipeline does.
bool notTooDeep(int depth, json::parse_event_t, const json&) {
  constexpr int kDeepest = 32;
  if (depth > kDeepest) throw http::HttpError(400, "the JSON is nested too deeply");
  return true;
}

SessionSettings sessionOf(const std::string& body) {
  const json document = json::parse(body, notTooDeep, false);
  if (!document.is_object()) throw http::HttpError(400, "expected a JSON object");
  SessionSettings settings;
  for (const auto& [name, value] : document.items()) {
    if (name == "name" && value.is_string() && !value.get<std::string>().empty()) {
      settings.name = value.get<std::string>();
    } else if (name == "collectors" && value.is_array()) {
      for (const json& each : value) {
        if (!each.is_string()) throw http::HttpError(400, "collectors: expected names");
        settings.collectors.push_back(each.get<std::string>());
      }
    } else if (name == "interval") {
      settings.interval =
          durationOf(value, "interval", std::chrono::seconds(1), std::chrono::hours(24));
    } else if (name == "pipeline") {
      settings.plan = std::make_shared<const Plan>(planOf(value));
    } else if (name == "keep_samples" && value.is_boolean()) {
      settings.keepsSamples = value.get<bool>();
    } else if (name == "duration") {
      settings.duration =
          durationOf(value, "duration", std::chrono::seconds(1), std::chrono::hours(24));
    } else {
      throw http::HttpError(400,
                            "expected name, collectors, interval, duration, pipeline and "
                            "keep_samples, got '" +
                                toUtf8(name) + "'");
    }
  }
  if (settings.name.empty() || settings.name == "default") {
    throw http::HttpError(400, "name: expected a text other than 'default'");
  }
  return settings;
}

std::string idOf(const http::Request& request) {
  return request.path.substr(std::min(kSessions.size(), request.path.size()));
}

std::string found(const Runner& runner, const KeptSessions& kept, const std::string& id) {
  std::string session = runner.session(id);
  if (session.empty()) {
    if (SessionStore* const store = kept()) session = store->load(id);
  }
  if (session.empty()) throw http::HttpError(404, "there is no session '" + id + "'");
  return session;
}

http::Response samplesOf(const Runner& runner, const std::string& id) {
  std::optional<std::string> samples = runner.samples(id);
  if (!samples) throw http::HttpError(404, "there is no session '" + id + "' that keeps samples");
  http::Response response;
  response.contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  response.body = *std::move(samples);
  return response;
}

std::string listed(const Runner& runner, const KeptSessions& kept) {
  std::string list = runner.sessions();
  SessionStore* const store = kept();
  const std::string before = store == nullptr ? "" : store->listBefore();
  if (!before.empty()) list.insert(list.size() - 1, "," + before);
  return list;
}

}  // namespace

http::Response wayPage(const Runner& runner, const http::Request& request) {
  std::vector<SeriesMatch> match;
  try {
    for (const std::string_view text : request.values("match[]")) match.emplace_back(text);
    if (match.empty()) match.emplace_back(".*");
  } catch (const std::invalid_argument& error) {
    throw http::HttpError(400, std::string("match[]: ") + error.what());
  }
  http::Response response;
  response.body = runner.way(match, kShownSeries);
  return response;
}

void addSessionEndpoints(http::Router& router, const std::shared_ptr<Runner>& runner,
                         const std::shared_ptr<const Samplers>& samplers, const KeptSessions& kept,
                         std::function<bool()> isOn) {
  const std::string one = std::string(kSessions) + "*";
  router.add("GET", "/api/v1/pipeline", [runner, samplers](const http::Request& request) {
    if (!request.values("match[]").empty()) return wayPage(*runner, request);
    return jsonResponse(runner->figures(*samplers));
  });
  router.add("GET", "/api/v1/sessions",
             [runner, kept](const http::Request&) { return jsonResponse(listed(*runner, kept)); });
  router.add(
      "POST", "/api/v1/sessions",
      [runner, isOn = std::move(isOn)](const http::Request& request) {
        if (!isOn()) {
          throw http::HttpError(409, "the configuration file has no block 'pipeline'");
        }
        try {
          const std::string id = runner->startSession(sessionOf(request.body));
          return jsonResponse(runner->session(id), 201);
        } catch (const std::invalid_argument& error) {
          throw http::HttpError(400, error.what());
        }
      },
      http::Access::kWrite);
  router.add("GET", one, [runner, kept](const http::Request& request) {
    const std::string id = idOf(request);
    if (!id.ends_with(kSamples)) return jsonResponse(found(*runner, kept, id));
    return samplesOf(*runner, id.substr(0, id.size() - kSamples.size()));
  });
  router.add(
      "DELETE", one,
      [runner, kept](const http::Request& request) {
        runner->stopSession(idOf(request));
        return jsonResponse(found(*runner, kept, idOf(request)));
      },
      http::Access::kWrite);
}

}  // namespace orchestrator_exporter::pipeline
