#include "exporter/pipeline/known_sessions.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "exporter/configuration/peer.h"
#include "exporter/pipeline/session_store.h"
#include "http/client/requester.h"
#include "http/endpoints/api/parameters.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::pipeline {

namespace {

std::string askedOf(const std::string& server) {
  http::ClientSettings settings;
  settings.userAgent = configuration::userAgent();
  http::Requester requester(settings);
  const http::ClientAnswer answer = requester.send({.url = server + "/api/v1/sessions"});
  return answer.status == 200 ? answer.body : "";
}

// nullopt for what is no session.
std::optional<KnownSession> sessionOf(const nlohmann::json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto start = http::parseApiTime(text("start_time"));
  if (!start || text("id").empty()) return std::nullopt;
  return KnownSession{text("id"), text("name"), *start, http::parseApiTime(text("end_time")),
                      jsonText(object)};
}

}  // namespace

std::vector<KnownSession> knownSessions(const std::string& name) {
  std::string list;
  if (name.starts_with("http://") || name.starts_with("https://")) {
    list = askedOf(name.ends_with('/') ? name.substr(0, name.size() - 1) : name);
  } else if (std::filesystem::is_directory(name)) {
    list = "[" + SessionStore::keptIn(name) + "]";
  }
  std::vector<KnownSession> sessions;
  const auto document = nlohmann::json::parse(list, nullptr, false);
  if (!document.is_array()) return sessions;
  for (const nlohmann::json& object : document) {
    if (auto session = sessionOf(object)) sessions.push_back(*std::move(session));
  }
  return sessions;
}

}  // namespace orchestrator_exporter::pipeline
