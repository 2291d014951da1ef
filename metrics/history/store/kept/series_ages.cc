#include "metrics/history/store/kept/series_ages.h"

#include <algorithm>

#include "metrics/history/store/blobs/label_json.h"

namespace orchestrator_exporter::history {

namespace {

LabelSet labelSetOf(std::string_view json) {
  const JsonLabels labels(json);
  std::vector<LabelSet::Pair> pairs;
  for (const Label& label : labels.view()) pairs.emplace_back(label.name, label.value);
  return LabelSet(std::move(pairs));
}

}  // namespace

SeriesAges::SeriesAges(Database& database, const Retention& retention)
    : groups_{{"", {retention.readings, retention.fiveMinutes, retention.hour}}} {
  if (retention.ofSeries.empty()) return;
  std::vector<std::size_t> places(retention.ofSeries.size(), 0);  // 0: has no group yet
  Statement rows(database, "SELECT id, labels FROM series");
  while (rows.next()) {
    const LabelSet labels = labelSetOf(rows.text(1));
    const auto rule = std::ranges::find_if(
        retention.ofSeries, [&](const SeriesRetention& each) { return each.matches(labels); });
    if (rule == retention.ofSeries.end()) continue;
    std::size_t& place = places[static_cast<std::size_t>(rule - retention.ofSeries.begin())];
    if (place == 0) {
      place = groups_.size();
      groups_.push_back({rule->name, {rule->readings, rule->fiveMinutes, rule->hour}});
    }
    others_[static_cast<SeriesId>(rows.integer(0))] = place;
  }
}

}  // namespace orchestrator_exporter::history
