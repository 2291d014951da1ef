#include "exporter/configuration/global_block.h"

#include <chrono>
#include <string>

#include "metrics/base/errors.h"
#include "metrics/base/names.h"

// The block `global`, with the keys of Prometheus' file that make sense here.

namespace orchestrator_exporter::configuration {

namespace {

// Queries look for a sample in the last five minutes.
constexpr DurationRange kScrapeIntervals{std::chrono::seconds(1), std::chrono::minutes(5)};
constexpr DurationRange kEvaluationIntervals{std::chrono::seconds(1), std::chrono::hours(24)};

void checkLabels(const Value& labels, Faults& faults) {
  for (std::size_t i = 0; i < labels.names().size(); ++i) {
    const std::string& name = labels.names()[i];
    if (isLegalLabelName(name) && name != "__name__") continue;
    faults.add(
        labels.elements()[i].place(),
        "global.external_labels: '" + ParseError::printable(name) + "' is not a valid label name");
  }
}

void checkTimeout(const Value& global, Faults& faults) {
  const Value& timeout = global["scrape_timeout"];
  const Value& interval = global["scrape_interval"];
  if (!timeout.given() || !interval.given() || timeout.duration() <= interval.duration()) return;
  faults.add(timeout.place(), "global.scrape_timeout: is longer than scrape_interval");
}

std::vector<Key> blocks() {
  return {checked(
      mapKey("global",
             {durationKey("scrape_interval", "15s", kScrapeIntervals,
                          "How often a reading is kept, unless --history.interval says."),
              fixed(durationKey("scrape_timeout", "", kWaitingTime,
                                "How long a reading waits for collectors that block, unless "
                                "--scrape.timeout says.")),
              fixed(durationKey("evaluation_interval", "15s", kEvaluationIntervals,
                                "How often rules are evaluated; if given, also the step of "
                                "subqueries that name none (else 1m).")),
              checked(namedKey("external_labels", textKey("", "", ""),
                               "Labels that samples and alerts get when they leave for another "
                               "server, unless they have one of that name."),
                      checkLabels)},
             "What holds for everything that follows."),
      checkTimeout)};
}

const bool declared = [] {
  declareBlocks(blocks);
  return true;
}();

}  // namespace

LabelSet externalLabels(const Configuration& configuration) {
  std::vector<std::pair<std::string, std::string>> pairs =
      configuration["global"]["external_labels"].pairs();
  return LabelSet(pairs);
}

}  // namespace orchestrator_exporter::configuration
