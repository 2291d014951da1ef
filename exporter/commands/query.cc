#include <algorithm>
#include <cstdio>
#include <memory>

#include "exporter/commands/analysis_source.h"
#include "exporter/commands/command.h"
#include "exporter/commands/output.h"
#include "exporter/commands/query_output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/enabled_features.h"
#include "metrics/analysis/signals.h"
#include "metrics/promql/engine.h"

// query EXPR: the answer to one PromQL query over a server, a history on disk or a file.

namespace orchestrator_exporter::commands {

namespace {

class Query final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"source", "URL|DIRECTORY|FILE", kSourceHelp}, source_);
    line.add({"server", "URL"}, source_);
    line.add({"storage.path", "DIRECTORY"}, source_);
    line.add({"time", "TIME",
              "Time of an instant query: RFC 3339, Unix seconds, now, or before now as in -1h. "
              "Default: now"},
             time_);
    line.add({"start", "TIME", "Beginning of a range query, which this makes it."}, start_);
    line.add({"end", "TIME", "End of a range query. Default: now"}, end_);
    line.add(
        {"step", "DURATION", "Step of a range query. Default: a 250th of the range, at least 1s"},
        step_);
    line.add(
        {"enable-feature", "NAMES", "Parts of PromQL that are off unless they are named.", true},
        [this](const std::string& given) { flags_.give("enable-feature", given); });
    line.add({"format", "WORD",
              "How the answer is printed: promql (as promtool does), table, json, csv or "
              "openmetrics. Default: promql"},
             format_);
    line.add({"output", "FILE", "Where the answer goes, - for standard output. Default: -"},
             output_);
  }

  int run(const std::vector<std::string>& arguments) override {
    formatted({}, format_);  // refuses an unknown one before anything is asked
    const bool isRange = !start_.empty() || !end_.empty() || !step_.empty();
    if (isRange && start_.empty()) throw UsageError("--start: is needed with --end or --step");
    if (isRange && !time_.empty()) throw UsageError("--time: is not for a range query");
    const promql::QueryResult result = isRange ? range(analysis::withAliases(arguments.front()))
                                               : instant(analysis::withAliases(arguments.front()));
    for (const std::string& warning : result.warnings) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    for (const std::string& info : result.infos) std::fprintf(stderr, "info: %s\n", info.c_str());
    writeOutput(output_, formatted(result, format_));
    return kDone;
  }

 private:
  promql::QueryResult instant(const std::string& query) const {
    const AnalysisSource source = openSource(source_);
    // A file ends in the past.
    const std::int64_t newest = source.newest > 0 ? source.newest : now_;
    const std::int64_t time = time_.empty() ? newest : timeOf("time", time_, now_);
    return engine().instant(*source.asHistory(), query, time);
  }

  promql::QueryResult range(const std::string& query) const {
    const AnalysisSource source = openSource(source_);
    const std::int64_t newest = source.newest > 0 ? source.newest : now_;
    const std::int64_t start = timeOf("start", start_, now_);
    const std::int64_t end = end_.empty() ? newest : timeOf("end", end_, now_);
    if (end < start) throw UsageError("--end: is before --start");
    constexpr std::int64_t kUsualSteps = 250;
    constexpr std::int64_t kSecond = 1000;
    const std::int64_t step =
        step_.empty() ? std::max((end - start) / kUsualSteps / kSecond, std::int64_t{1}) * kSecond
                      : stepOf("step", step_);
    return engine().range(*source.asHistory(), query, start, end, step);
  }

  promql::Engine engine() const {
    const configuration::EnabledFeatures enabled(flags_);
    promql::EngineOptions options;
    options.language.experimentalFunctions = enabled.has("promql-experimental-functions");
    options.language.durationExpressions = enabled.has("promql-duration-expr");
    options.delayNameRemoval = enabled.has("promql-delayed-name-removal");
    for (const std::string& name : enabled.unknown()) {
      std::fprintf(stderr, "warning: --enable-feature: unknown feature '%s' is left out\n",
                   name.c_str());
    }
    return promql::Engine(options);
  }

  const std::int64_t now_ = currentTime();
  std::string source_;
  std::string time_;
  std::string start_;
  std::string end_;
  std::string step_;
  std::string format_ = "promql";
  std::string output_ = "-";
  Flags flags_;
};

const RegisterCommand query{{
    .name = "query",
    .arguments = "EXPR",
    .least = 1,
    .most = 1,
    .help =
        "Prints the answer to a PromQL query over the exporter that runs on this host, another "
        "server, a history on disk or a file. The names of built-in signals such as "
        "system.cpuUsage stand for their expressions. An instant query unless --start is given. An "
        "expression that begins with a minus comes behind a bare --.",
    .make = [] { return std::make_unique<Query>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
