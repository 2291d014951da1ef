#include <algorithm>
#include <cstdio>
#include <memory>

#include "exporter/commands/command.h"
#include "exporter/commands/query_output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/enabled_features.h"
#include "exporter/configuration/peer.h"
#include "metrics/analysis/signals.h"
#include "metrics/history/offline/read_only_history.h"
#include "metrics/promql/engine.h"

// query EXPR: the answer to one PromQL query, of a server or of a history on disk.

namespace orchestrator_exporter::commands {

namespace {

class Query final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"server", "URL",
              "Ask this server with Prometheus' HTTP API. Default: http://127.0.0.1:10190"},
             server_);
    line.add({"storage.path", "DIRECTORY",
              "Read the history in this directory instead, also while an exporter writes to it."},
             directory_);
    line.add({"time", "TIME",
              "Time of an instant query: RFC 3339, Unix seconds, now, or before now as in -1h. "
              "Default: now"},
             time_);
    line.add({"start", "TIME", "Beginning of a range query, which this makes it."}, start_);
    line.add({"end", "TIME", "End of a range query. Default: now"}, end_);
    line.add(
        {"step", "DURATION", "Step of a range query. Default: a 250th of the range, at least 1s"},
        step_);
    line.add({"enable-feature", "NAMES",
              "Parts of PromQL that are off unless they are named, for --storage.path.", true},
             [this](const std::string& given) { flags_.give("enable-feature", given); });
    line.add({"format", "WORD",
              "How the answer is printed: promql (as promtool does), json, csv or table. Default: "
              "promql"},
             format_);
  }

  int run(const std::vector<std::string>& arguments) override {
    formatted({}, format_);  // refuses an unknown one before anything is asked
    if (!server_.empty() && !directory_.empty()) {
      throw UsageError("--server, --storage.path: expected at most one of them");
    }
    const bool isRange = !start_.empty() || !end_.empty() || !step_.empty();
    if (isRange && start_.empty()) throw UsageError("--start: is needed with --end or --step");
    if (isRange && !time_.empty()) throw UsageError("--time: is not for a range query");
    const promql::QueryResult result = isRange ? range(analysis::withAliases(arguments.front()))
                                               : instant(analysis::withAliases(arguments.front()));
    for (const std::string& warning : result.warnings) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    for (const std::string& info : result.infos) std::fprintf(stderr, "info: %s\n", info.c_str());
    const std::string text = formatted(result, format_);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kDone;
  }

 private:
  promql::QueryResult instant(const std::string& query) {
    const std::int64_t time = time_.empty() ? now_ : timeOf("time", time_, now_);
    if (directory_.empty()) return api()->instant(query, time);
    return engine().instant(history::ReadOnlyHistory(directory_), query, time);
  }

  promql::QueryResult range(const std::string& query) {
    const std::int64_t start = timeOf("start", start_, now_);
    const std::int64_t end = end_.empty() ? now_ : timeOf("end", end_, now_);
    if (end < start) throw UsageError("--end: is before --start");
    constexpr std::int64_t kUsualSteps = 250;
    constexpr std::int64_t kSecond = 1000;
    const std::int64_t step =
        step_.empty() ? std::max((end - start) / kUsualSteps / kSecond, std::int64_t{1}) * kSecond
                      : stepOf("step", step_);
    if (directory_.empty()) return api()->range(query, start, end, step);
    return engine().range(history::ReadOnlyHistory(directory_), query, start, end, step);
  }

  std::shared_ptr<const http::PrometheusApi> api() const {
    return configuration::peerAt(server_.empty() ? kDefaultServer : server_);
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
  std::string server_;
  std::string directory_;
  std::string time_;
  std::string start_;
  std::string end_;
  std::string step_;
  std::string format_ = "promql";
  Flags flags_;
};

const RegisterCommand query{{
    .name = "query",
    .arguments = "EXPR",
    .least = 1,
    .most = 1,
    .help =
        "Prints the answer to a PromQL query: of the exporter that runs on this host, of "
        "another server, or of a history on disk. The names of built-in signals such as "
        "system.cpuUsage stand for their expressions. An instant query unless --start is given. An "
        "expression that begins with a minus comes behind a bare --.",
    .make = [] { return std::make_unique<Query>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
