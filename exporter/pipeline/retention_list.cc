#include "exporter/pipeline/retention_list.h"

#include <array>
#include <string>
#include <utility>

#include "exporter/pipeline/common_keys.h"
#include "metrics/history/store/store.h"

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::durationKey;
using configuration::Key;
using configuration::listKey;
using configuration::mapKey;
using configuration::Value;
using history::SeriesRetention;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::array kTiers = {"raw", "5m", "1h"};

// As those of all series.
constexpr DurationRange kAges{history::Store::kHeadRetention};

SeriesRetention retentionOf(const std::string& name, std::vector<SeriesMatch> match,
                            const std::array<milliseconds, 3>& ages) {
  std::string whole = name;
  for (const milliseconds age : ages) whole += " " + std::to_string(age.count());
  return {.name = std::move(whole),
          .matches = [match = std::move(match)](
                         const LabelSet& labels) { return matchesAny(match, labels); },
          .readings = ages[0],
          .fiveMinutes = ages[1],
          .hour = ages[2]};
}

// Of the metrics that `defaults` has aggregators of, as they come and as these make them.
std::vector<SeriesRetention> usualRetentions() {
  constexpr hours kDay(24);
  const auto entry = [](const std::string& metrics, const std::array<milliseconds, 3>& ages) {
    const std::string match = "(.*:)?(" + metrics + ")([:_].*)?";
    return retentionOf(match, {SeriesMatch(match)}, ages);
  };
  return {entry("browser_page_load_seconds|browser_first_contentful_paint_seconds|"
                "browser_cumulative_layout_shift",
                {7 * kDay, 90 * kDay, 365 * kDay}),
          entry("http_request_duration_seconds|db_query_duration_seconds",
                {kDay, 90 * kDay, 365 * kDay}),
          entry("cpu_utilization_ratio|memory_utilization_ratio", {kDay, 30 * kDay, 365 * kDay})};
}

}  // namespace

Key retentionKey() {
  return listKey("retention",
                 mapKey("",
                        {matchKey(),
                         durationKey("raw", "", kAges,
                                     "How long every sample is kept on disk; else "
                                     "history.retention.raw."),
                         durationKey("5m", "", kAges,
                                     "How long steps of five minutes are; else "
                                     "history.retention.5m."),
                         durationKey("1h", "", kAges,
                                     "How long steps of an hour are; else history.retention.1h.")},
                        ""),
                 "How long some series are kept; the first entry that fits a series has it.");
}

std::vector<SeriesRetention> seriesRetentions(const configuration::Configuration& configuration) {
  const Value& block = configuration["pipeline"];
  const Value& all = configuration["history"]["retention"];
  std::vector<SeriesRetention> retentions;
  for (const Value& entry : block["retention"].elements()) {
    std::string name;
    for (const std::string& text : entry["match"].texts()) name += text + " ";
    std::array<milliseconds, 3> ages{};
    for (std::size_t i = 0; i < ages.size(); ++i) {
      ages[i] = (entry[kTiers[i]].has() ? entry : all)[kTiers[i]].duration();
    }
    retentions.push_back(retentionOf(name, matchesOf(entry["match"]), ages));
  }
  if (!block["defaults"].enabled()) return retentions;
  for (SeriesRetention& usual : usualRetentions()) retentions.push_back(std::move(usual));
  return retentions;
}

}  // namespace orchestrator_exporter::pipeline
