#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/requester.h"
#include "metrics/promql/engine.h"

namespace orchestrator_exporter::http {

// What a server with Prometheus' HTTP API answered instead of data: "bad_data: invalid parameter
// …".
class PeerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Questions to a server with Prometheus' HTTP API: Prometheus, VictoriaMetrics, Thanos, Mimir, this
// program. Any thread may ask; each question that runs beside another has a connection of its own.
class PrometheusApi {
 public:
  // `url` is that of the server, with the path before /api/v1 if there is one. Loads libcurl.
  // Throws std::runtime_error if that fails.
  PrometheusApi(std::string url, ClientSettings settings);

  // Parameters in their order; names may repeat.
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  // The `data` of the answer. Throws ClientError if there is none, PeerError if it is an error or
  // makes no sense. `path` is what follows /api/v1/.
  nlohmann::json get(std::string_view path, const Parameters& parameters) const;
  // As a form in the body, so that the parameters may be long.
  nlohmann::json post(std::string_view path, const Parameters& parameters) const;

  // What the server's own engine answers, and what it has to say about it.
  promql::QueryResult instant(std::string_view query, std::int64_t time) const;
  promql::QueryResult range(std::string_view query, std::int64_t start, std::int64_t end,
                            std::int64_t step) const;

  const std::string& url() const { return url_; }

 private:
  nlohmann::json ask(ClientRequest request) const;
  // The whole answer to a form.
  nlohmann::json document(std::string_view path, const Parameters& parameters) const;
  nlohmann::json whole(ClientRequest request) const;
  promql::QueryResult result(std::string_view path, const Parameters& parameters) const;

  const std::string url_;  // without a slash at its end
  const ClientSettings settings_;
  mutable std::mutex mutex_;                                 // guards what follows
  mutable std::vector<std::unique_ptr<Requester>> clients_;  // that nobody uses now
};

// Milliseconds as seconds, with three decimals if they are no whole ones.
std::string apiTime(std::int64_t milliseconds);

// The samples of a result of type matrix or vector; throws PeerError for anything else.
std::vector<promql::ResultSeries> seriesOf(const nlohmann::json& result);

}  // namespace orchestrator_exporter::http
