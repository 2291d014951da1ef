#include <map>
#include <memory>

#include "exporter/build_info.h"
#include "exporter/configuration/enabled_features.h"
#include "exporter/configuration/peer.h"
#include "exporter/configuration/shown.h"
#include "exporter/features/feature.h"
#include "exporter/host/flags.h"
#include "exporter/pipeline/quality_keys.h"
#include "http/endpoints/api/exemplars.h"
#include "http/endpoints/api/names.h"
#include "http/endpoints/api/queries.h"
#include "http/endpoints/api/status.h"

// Prometheus' HTTP API over the history: whatever speaks to a Prometheus can ask this host.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using std::chrono::milliseconds;

http::QueryOptions queryOptions(const Parts& parts) {
  const Flags& flags = parts.flags;
  const configuration::EnabledFeatures enabled(flags);
  http::QueryOptions options;
  options.engine.language.experimentalFunctions = enabled.has("promql-experimental-functions");
  options.engine.language.durationExpressions = enabled.has("promql-duration-expr");
  options.engine.delayNameRemoval = enabled.has("promql-delayed-name-removal");
  const auto configuration = parts.configuration.current();
  const configuration::Value& evaluation = (*configuration)["global"]["evaluation_interval"];
  if (evaluation.given()) options.engine.subqueryStep = evaluation.duration();
  options.engine.lookback =
      std::chrono::round<milliseconds>(flags.duration("query.lookback-delta"));
  options.engine.timeout = std::chrono::round<milliseconds>(flags.duration("query.timeout"));
  options.engine.maxSamples = static_cast<std::size_t>(flags.integer("query.max-samples"));
  options.maxConcurrency = static_cast<std::size_t>(flags.integer("query.max-concurrency"));
  return options;
}

std::string durationOf(const Flags& flags, std::string_view name) {
  return durationText(std::chrono::round<std::chrono::nanoseconds>(flags.duration(name)));
}

http::ApiFacts facts(const Parts& parts) {
  const Flags& flags = parts.flags;
  http::ApiFacts facts;
  facts.version = "3.5.0";  // whose API this is
  facts.revision = kRevision;
  facts.branch = kBranch;
  for (const char* name : {"query.lookback-delta", "query.timeout"}) {
    facts.flags[name] = durationOf(flags, name);
  }
  for (const char* name : {"query.max-samples", "query.max-concurrency"}) {
    facts.flags[name] = std::to_string(flags.integer(name));
  }
  facts.configuration = [&file = parts.configuration] {
    return configuration::shownText(*file.current(), configuration::declaredBlocks());
  };
  facts.flags["config.file"] = parts.configuration.path();
  facts.flags["enable-feature"] = configuration::EnabledFeatures(flags).text();
  facts.started = std::chrono::system_clock::now();
  facts.retention = durationOf(flags, "history.memory");
  facts.interval = parts.readings.interval();
  facts.ownLabels = parts.ownLabels;
  facts.metricsUrl = "http://" + std::string(parts.ownLabels.get("instance")) + parts.telemetryPath;
  return facts;
}

// A scheme and a host, so that a slip is told at the start.
void checkUrl(const configuration::Value& url, configuration::Faults& faults) {
  const std::string& text = url.text();
  const std::size_t host = text.find("://") + 3;
  const bool isUrl = (text.starts_with("http://") || text.starts_with("https://")) &&
                     host < text.size() && text[host] != '/';
  if (isUrl || text.empty()) return;
  faults.add(url.place(), "query.url: expected a URL such as http://127.0.0.1:9090");
}

configuration::Key queryBlock() {
  using namespace configuration;
  return mapKey(
      "query",
      {fixed(
          checked(textKey("url", "",
                          "A server with Prometheus' HTTP API: what it remembers is asked instead "
                          "of the history of this host. Empty: that history."),
                  checkUrl))},
      "Where the query API of this program reads from.");
}

// Those of this host, as long as readings are kept.
std::shared_ptr<const history::Exemplars> exemplars(const Parts& parts) {
  if (!(*parts.configuration.current())["history"]["readings"].enabled()) return nullptr;
  const auto kept = std::make_shared<history::Exemplars>(parts.ownLabels);
  parts.readings.listen(
      [kept](const std::shared_ptr<const Snapshot>& reading) { kept->take(*reading); },
      Readings::WhenWatched::kBeatsAlone);
  return kept;
}

// As the pipeline says.
std::shared_ptr<pipeline::MissingValues> missingValues(Parts& parts) {
  const auto missing = std::make_shared<pipeline::MissingValues>();
  const auto follow = [missing, &readings = parts.readings](const Configuration& file) {
    missing->set(pipeline::missingSettings(file, readings.interval()));
  };
  follow(*parts.configuration.current());
  parts.configuration.follow([follow](const Configuration& next) -> std::function<void()> {
    return [follow, file = std::make_shared<const Configuration>(next)] { follow(*file); };
  });
  parts.readings.add([missing](const Wanted& wanted, Sink& out) {
    if (wanted.everything()) missing->collect(out);
  });
  return missing;
}

class QueryApi final : public Feature {
 public:
  explicit QueryApi(Parts& parts) {
    const std::shared_ptr<const History> history =
        configuration::queriedHistory(*parts.configuration.current(), parts.flags, parts.history);
    http::QueryOptions options = queryOptions(parts);
    if (history == parts.history) options.missing = missingValues(parts);
    http::addQueryEndpoints(parts.router, history, options);
    http::addExemplarEndpoint(parts.router, history == parts.history ? exemplars(parts) : nullptr,
                              options.engine.language);
    http::addNameEndpoints(parts.router, history);
    http::addStatusEndpoints(parts.router, history, facts(parts));
  }
};

constexpr DurationRange kTimes{std::chrono::milliseconds(1), std::chrono::hours(24)};

const RegisterFeature queryApi{{
    .name = "query_api",
    .flags = {durationFlag("query.lookback-delta", "5m", kTimes,
                           "How old the newest sample of a series may be to answer a query."),
              durationFlag("query.timeout", "2m", kTimes, "How long a query may take."),
              integerFlag("query.max-samples", 50'000'000, {1, 10'000'000'000},
                          "Samples that one query may hold in memory."),
              integerFlag("query.max-concurrency", 20, {1, 1000},
                          "Queries that run at the same time; further ones wait.")},
    .blocks = [] { return std::vector{queryBlock()}; },
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (parts.history == nullptr &&
          (*parts.configuration.current())["query"]["url"].text().empty()) {
        return nullptr;
      }
      return std::make_unique<QueryApi>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
