#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <utility>

#include "exporter/commands/command.h"
#include "exporter/commands/history_folder.h"
#include "exporter/commands/output.h"
#include "exporter/commands/query_output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/configuration.h"
#include "exporter/configuration/peer.h"
#include "exporter/pipeline/host_session.h"
#include "exporter/pipeline/pipeline_block.h"
#include "http/client/requester.h"
#include "http/server/watched_file.h"
#include "metrics/base/process/host_name.h"
#include "metrics/exposition/json_text.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/promql/engine.h"

// collect: a session in the foreground, from its beginning to its end, and its samples.

namespace orchestrator_exporter::commands {

namespace {

std::atomic<bool> interrupted = false;

void endOnSignal(int) { interrupted = true; }

// A session that is over.
struct Collected {
  std::string session;          // JSON
  promql::QueryResult samples;  // a matrix
};

// OpenMetrics text with timestamps as a matrix.
promql::QueryResult matrixOf(const std::string& samples) {
  std::map<LabelSet, std::vector<promql::Point>> series;
  std::istringstream text(samples);
  history::readOpenMetrics(
      text, "samples",
      [&](history::SeriesBatch batch) {
        for (const WrittenSeries& one : batch) {
          std::vector<LabelSet::Pair> pairs;
          for (const Label& label : one.labels) pairs.emplace_back(label.name, label.value);
          auto& points = series[LabelSet(std::move(pairs))];
          for (const TimedSample& each : one.samples) points.push_back({each.time, each.value});
        }
      },
      [](const MetricMetadata&) {});
  promql::QueryResult result;
  result.type = promql::ValueType::kMatrix;
  for (auto& [labels, points] : series) {
    result.series.push_back({std::make_shared<LabelSet>(labels), std::move(points)});
  }
  return result;
}

// A session of an exporter that runs at a URL.
class RemoteSession {
 public:
  explicit RemoteSession(std::string server) : server_(std::move(server)) {}

  Collected run(const nlohmann::json& asked, std::int64_t duration) const {
    const auto began = std::chrono::steady_clock::now();
    const std::string id = ask("POST", "", jsonText(asked)).at("id").template get<std::string>();
    nlohmann::json session;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      session = ask("GET", "/" + id, "");
      const bool isLate = std::chrono::steady_clock::now() - began >
                          std::chrono::milliseconds(duration) + std::chrono::minutes(1);
      if (interrupted || isLate) session = ask("DELETE", "/" + id, "");
    } while (session.at("end_time").is_null());
    return {jsonText(session), matrixOf(send("GET", "/" + id + "/samples", "").body)};
  }

 private:
  http::ClientAnswer send(const std::string& method, const std::string& path,
                          const std::string& body) const {
    http::ClientSettings settings;
    settings.bodyLimit = std::size_t{1} << 30U;  // a million samples
    settings.userAgent = configuration::userAgent();
    http::Requester requester(settings);
    http::ClientAnswer answer = requester.send({.method = method,
                                                .url = server_ + "/api/v1/sessions" + path,
                                                .headers = {{"Content-Type", "application/json"}},
                                                .body = body});
    if (answer.status >= 300) {
      throw std::runtime_error(server_ + ": " + std::to_string(answer.status) + ": " + answer.body);
    }
    return answer;
  }

  nlohmann::json ask(const std::string& method, const std::string& path,
                     const std::string& body) const {
    const auto document = nlohmann::json::parse(send(method, path, body).body, nullptr, false);
    if (!document.is_object()) throw std::runtime_error(server_ + ": the answer is no session");
    return document;
  }

  const std::string server_;
};

class Collect final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add(
        {"source", "URL",
         "Have the exporter at this address collect, which has a configuration file. Default: this "
         "program reads this host itself"},
        source_);
    line.add({"name", "TEXT", "How the session is called. Default: collect"}, name_);
    line.add({"collectors", "NAMES",
              "Collectors of the pipeline, or of the host such as cpu, separated by commas. "
              "Default: everything"},
             collectors_);
    line.add({"interval", "DURATION", "How often, from 1s on. Default: 15s"}, interval_);
    line.add({"duration", "DURATION", "How long, up to 1d. Default: 1m"}, duration_);
    line.add(
        {"pipeline", "FILE",
         "Samples go through the block `pipeline` of this file, for this session alone. Default: "
         "the block of the exporter at --source, or none"},
        pipeline_);
    line.add({"format", "WORD",
              "openmetrics, csv or json; or history: into the directory of state that --output "
              "names. Default: openmetrics"},
             format_);
    line.add({"output", "FILE", "Where the samples go, - for standard output. Default: -"},
             output_);
  }

  int run(const std::vector<std::string>&) override {
    check();
    interrupted = false;
    std::signal(SIGINT, endOnSignal);
    std::signal(SIGTERM, endOnSignal);
    const Collected collected = source_.empty() ? ofThisHost() : ofSource();
    write(collected);
    const auto session = nlohmann::json::parse(collected.session);
    const auto& statistics = session.at("statistics");
    std::fprintf(stderr, "session %s %s: %s samples collected, %s stored, %s errors\n",
                 session.at("id").template get<std::string>().c_str(),
                 session.at("status").template get<std::string>().c_str(),
                 statistics.at("collected").dump().c_str(), statistics.at("stored").dump().c_str(),
                 statistics.at("errors").dump().c_str());
    return session.at("status") == "completed" ? kDone : kCouldNot;
  }

 private:
  void check() const {
    constexpr std::int64_t kSecond = 1000;
    constexpr std::int64_t kDay = 24 * 3600 * kSecond;
    if (format_ != "openmetrics" && format_ != "csv" && format_ != "json" && format_ != "history") {
      throw UsageError("--format: expected openmetrics, csv, json or history, got '" + format_ +
                       "'");
    }
    if (format_ == "history" && output_ == "-") {
      throw UsageError("--output: --format=history needs a directory");
    }
    if (stepOf("interval", interval_) < kSecond) {
      throw UsageError("--interval: expected 1s or more, got '" + interval_ + "'");
    }
    if (stepOf("duration", duration_) > kDay) {
      throw UsageError("--duration: expected up to 1d, got '" + duration_ + "'");
    }
  }

  std::vector<std::string> collectors() const {
    std::vector<std::string> names;
    std::istringstream all(collectors_);
    for (std::string name; std::getline(all, name, ',');) {
      if (!name.empty()) names.push_back(name);
    }
    return names;
  }

  Collected ofThisHost() const {
    pipeline::HostSession session;
    session.settings.name = name_;
    session.settings.collectors = collectors();
    session.settings.interval = std::chrono::milliseconds(stepOf("interval", interval_));
    session.settings.duration = std::chrono::milliseconds(stepOf("duration", duration_));
    session.labels = {{"job", "orchestrator_exporter"}, {"instance", hostName()}};
    session.log = [](LogLevel level, std::string_view text) {
      if (level == LogLevel::kError || level == LogLevel::kWarn) {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
      }
    };
    if (!pipeline_.empty()) session.plan = plan();
    try {
      const pipeline::CollectedSession result =
          pipeline::collectHost(session, [] { return interrupted.load(); });
      const std::int64_t range = std::max<std::int64_t>(1, result.end - result.start + 1);
      return {result.json, promql::Engine().instant(
                               *result.samples,
                               "{__name__=~\".+\"}[" + std::to_string(range) + "ms]", result.end)};
    } catch (const std::invalid_argument& error) {
      throw UsageError(std::string("--collectors: ") + error.what());
    }
  }

  pipeline::Plan plan() const {
    try {
      const auto file =
          configuration::Configuration::ofFile(pipeline_, configuration::declaredBlocks());
      return pipeline::planOf(file).value_or(pipeline::Plan());
    } catch (const configuration::ConfigurationError& error) {
      std::string text;
      for (const std::string& line : error.lines()) text += (text.empty() ? "" : "\n") + line;
      throw std::runtime_error(text);
    }
  }

  Collected ofSource() const {
    nlohmann::json asked = {
        {"name", name_}, {"interval", interval_}, {"duration", duration_}, {"keep_samples", true}};
    for (const std::string& name : collectors()) asked["collectors"].push_back(name);
    if (!pipeline_.empty()) asked["pipeline"] = contentOf(pipeline_);
    return RemoteSession(source_).run(asked, stepOf("duration", duration_));
  }

  static std::string contentOf(const std::string& file) {
    try {
      return http::readConfiguration(file);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(file + ": " + error.what());
    }
  }

  void write(const Collected& collected) const {
    if (format_ == "history") {
      std::istringstream text(formatted(collected.samples, "openmetrics"));
      HistoryFolder(output_).add(text, "samples");
    } else if (format_ == "json") {
      writeOutput(output_, "{\"session\":" + collected.session +
                               ",\"samples\":" + formatted(collected.samples, format_) + "}\n");
    } else {
      writeOutput(output_, formatted(collected.samples, format_));
    }
  }

  std::string source_;
  std::string name_ = "collect";
  std::string collectors_;
  std::string interval_ = "15s";
  std::string duration_ = "1m";
  std::string pipeline_;
  std::string format_ = "openmetrics";
  std::string output_ = "-";
};

const RegisterCommand collectCommand{{
    .name = "collect",
    .help = "Reads this host for a while, as a session in the foreground, and writes its samples; "
            "what came of the session is told on standard error, and in json with the quality of "
            "the samples. Interrupted, it writes what there is.",
    .make = [] { return std::make_unique<Collect>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
