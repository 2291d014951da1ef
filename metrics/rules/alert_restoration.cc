#include "metrics/rules/alert_restoration.h"

#include <bit>

namespace orchestrator_exporter::rules {

std::map<LabelSet, KeptAlert> sinceWhen(const History& history, const std::string& alertName,
                                        Time from, Time until) {
  const LabelMatcher matchers[] = {
      {"__name__", LabelMatcher::Operator::kEqual, std::string(kSinceSeries)},
      {"alertname", LabelMatcher::Operator::kEqual, alertName}};
  constexpr std::size_t kMostSamples = 10'000'000;
  std::map<LabelSet, KeptAlert> kept;
  const Selected selected =
      history.select({.matchers = matchers, .after = from, .until = until}, kMostSamples);
  for (const SelectedSeries& series : selected.series) {
    const auto& times = series.samples->times;
    for (std::size_t i = times.size(); i-- > 0;) {
      if (times[i] > until) continue;
      if (times[i] <= from) break;
      const double value = series.samples->values[i];
      if (std::bit_cast<std::uint64_t>(value) == kStaleBits) break;
      LabelSet labels = *series.labels;
      labels.remove("__name__");
      kept[std::move(labels)] = {static_cast<Time>(value) * 1000, times[i]};
      break;
    }
  }
  return kept;
}

Time restoredStart(const KeptAlert& kept, const RestorationTime& at) {
  const Time left = at.holdFor.count() - (kept.writtenAt - kept.activeAt);
  if (left <= 0) return kept.activeAt;
  if (left < at.gracePeriod.count()) return at.now + (at.gracePeriod - at.holdFor).count();
  return kept.activeAt + (at.now - kept.writtenAt);
}

}  // namespace orchestrator_exporter::rules
