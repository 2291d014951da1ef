#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/prometheus/prometheus_api.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http {

// What was, at a server with Prometheus' HTTP API. Its raw samples are read by range selectors,
// which leave out staleness markers: for an instant selector the server is asked besides at which
// of the evaluated times it has the series, and where one has ended a marker is put in. Each call
// is at least one request, and throws ClientError or PeerError if there is no answer.
class RemoteHistory final : public History {
 public:
  // `lookback`: how old a sample may be that an instant selector gives.
  explicit RemoteHistory(std::shared_ptr<const PrometheusApi> api,
                         std::chrono::milliseconds lookback = std::chrono::minutes(5))
      : api_(std::move(api)), lookback_(lookback.count()) {}

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  std::vector<MetricMetadata> metadata() const override;

 private:
  promql::QueryResult evaluated(const Selection& selection) const;
  std::vector<std::int64_t> evaluationTimes(const Selection& selection) const;
  void endSeries(const Selection& selection, std::vector<promql::ResultSeries>& raw) const;

  const std::shared_ptr<const PrometheusApi> api_;
  const std::int64_t lookback_;
};

// A selector as a query has it: {__name__="up",job=~"a|b"}.
std::string selectorText(std::span<const LabelMatcher> matchers);

}  // namespace orchestrator_exporter::http
