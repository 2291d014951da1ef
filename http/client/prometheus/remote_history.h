#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/prometheus/prometheus_api.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http {

// What was, at a server with Prometheus' HTTP API. Its raw samples are read by range selectors,
// which leave out staleness markers: a series that ended is seen for the time of the look-back.
// Each call is at least one request, and throws ClientError or PeerError if there is no answer.
class RemoteHistory final : public History {
 public:
  explicit RemoteHistory(std::shared_ptr<const PrometheusApi> api) : api_(std::move(api)) {}

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  std::vector<MetricMetadata> metadata() const override;

 private:
  const std::shared_ptr<const PrometheusApi> api_;
};

// A selector as a query has it: {__name__="up",job=~"a|b"}.
std::string selectorText(std::span<const LabelMatcher> matchers);

}  // namespace orchestrator_exporter::http
