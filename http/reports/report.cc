#include "http/reports/report.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace orchestrator_exporter::http {

std::vector<FiredAlert> alertsOf(const analysis::Question& question, std::int64_t start,
                                 std::int64_t end) {
  constexpr std::int64_t kSteps = 500;
  constexpr std::int64_t kFinest = 15'000;
  const std::int64_t step = std::max(kFinest, (end - start) / kSteps);
  std::vector<FiredAlert> alerts;
  const analysis::Signal firing{.name = "ALERTS", .expression = "ALERTS{alertstate=\"firing\"}"};
  for (const analysis::Track& track : analysis::evaluate(question, firing, {start, end, step})) {
    FiredAlert alert{std::string(track.labels.get("alertname")), track.labels};
    alert.labels.remove("alertname");
    alert.labels.remove("alertstate");
    bool fires = false;
    for (std::size_t i = 0; i < track.times.size(); ++i) {
      const bool now = !std::isnan(track.values[i]);
      if (now && !fires) alert.begin = track.times[i];
      if (now) alert.end = track.times[i];
      if (!now && fires) alerts.push_back(alert);
      fires = now;
    }
    if (fires) alerts.push_back(alert);
  }
  std::stable_sort(alerts.begin(), alerts.end(), [](const FiredAlert& a, const FiredAlert& b) {
    return std::tie(a.begin, a.name) < std::tie(b.begin, b.name);
  });
  return alerts;
}

Report reportOf(const analysis::Question& question, analysis::Investigation wanted) {
  wanted.trends = wanted.anomalies = wanted.bottlenecks = true;
  wanted.quality = wanted.samples = true;
  Report report;
  report.findings = analysis::investigate(question, wanted);
  report.alerts = alertsOf(question, wanted.start, wanted.end);
  return report;
}

}  // namespace orchestrator_exporter::http
