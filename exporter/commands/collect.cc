#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "exporter/commands/command.h"
#include "exporter/commands/history_folder.h"
#include "exporter/commands/output.h"
#include "exporter/commands/query_output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/peer.h"
#include "http/client/requester.h"
#include "http/server/watched_file.h"
#include "metrics/exposition/json_text.h"
#include "metrics/history/offline/open_metrics.h"

// collect: a session of a running exporter, from its beginning to its end.

namespace orchestrator_exporter::commands {

namespace {

volatile std::sig_atomic_t interrupted = 0;

class Collect final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"server", "URL",
              "The exporter that collects, which has a configuration file. Default: "
              "http://127.0.0.1:10190"},
             server_);
    line.add({"name", "TEXT", "How the session is called. Default: collect"}, name_);
    line.add({"collectors", "NAMES",
              "Collectors of its pipeline, separated by commas. Default: everything"},
             collectors_);
    line.add({"interval", "DURATION", "How often, from 1s on. Default: 15s"}, interval_);
    line.add({"duration", "DURATION", "How long, up to 1d. Default: 1m"}, duration_);
    line.add({"pipeline", "FILE",
              "A YAML file with a block `pipeline` of collectors and processors, which samples go "
              "through for this session alone. Default: the exporter's"},
             pipeline_);
    line.add({"format", "WORD",
              "What is written: json (the session with its samples), openmetrics or csv (the "
              "samples), history (into the directory --output). Default: json"},
             format_);
    line.add({"output", "FILE", "Where to write. Default: - (standard output)"}, output_);
  }

  int run(const std::vector<std::string>&) override {
    const std::int64_t lasts = stepOf("duration", duration_);
    const Written written = writtenAs(format_);
    if (format_ == "history" && output_ == "-") {
      throw UsageError("--output: expected a directory for the format history");
    }
    const std::string id = ask("POST", "", jsonText(asked())).at("id").template get<std::string>();
    const nlohmann::json session = watch(id, lasts);
    (this->*written)(session, send("GET", "/" + id + "/samples", "").body);
    return session.at("status") == "completed" ? kDone : kCouldNot;
  }

 private:
  using Written = void (Collect::*)(const nlohmann::json& session,
                                    const std::string& samples) const;

  static Written writtenAs(const std::string& format) {
    if (format == "json") return &Collect::writeJson;
    if (format == "openmetrics") return &Collect::writeOpenMetrics;
    if (format == "csv") return &Collect::writeCsv;
    if (format == "history") return &Collect::writeHistory;
    throw UsageError("--format: expected json, openmetrics, csv or history, got '" + format + "'");
  }

  static std::string contentOf(const std::string& file) {
    try {
      return http::readConfiguration(file);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(file + ": " + error.what());
    }
  }

  nlohmann::json asked() const {
    nlohmann::json asked = {
        {"name", name_}, {"interval", interval_}, {"duration", duration_}, {"keep_samples", true}};
    std::istringstream names(collectors_);
    for (std::string name; std::getline(names, name, ',');) asked["collectors"].push_back(name);
    if (!pipeline_.empty()) asked["pipeline"] = contentOf(pipeline_);
    return asked;
  }

  // The session when it is over. An interrupt ends it.
  nlohmann::json watch(const std::string& id, std::int64_t lasts) const {
    const auto began = std::chrono::steady_clock::now();
    std::signal(SIGINT, [](int) { interrupted = 1; });
    nlohmann::json session;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      session = ask("GET", "/" + id, "");
      const bool isLate = std::chrono::steady_clock::now() - began >
                          std::chrono::milliseconds(lasts) + std::chrono::minutes(1);
      if (interrupted != 0 || isLate) session = ask("DELETE", "/" + id, "");
    } while (session.at("end_time").is_null());
    return session;
  }

  // The samples as the API gives a matrix.
  static promql::QueryResult matrixOf(const std::string& samples) {
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

  void writeJson(const nlohmann::json& session, const std::string& samples) const {
    nlohmann::json whole = session;
    whole["samples"] = nlohmann::json::parse(formatted(matrixOf(samples), "json"));
    writeOutput(output_, whole.dump(2) + "\n");
  }
  void writeOpenMetrics(const nlohmann::json&, const std::string& samples) const {
    writeOutput(output_, samples);
  }
  void writeCsv(const nlohmann::json&, const std::string& samples) const {
    writeOutput(output_, formatted(matrixOf(samples), "csv"));
  }
  void writeHistory(const nlohmann::json&, const std::string& samples) const {
    std::istringstream text(samples);
    HistoryFolder(output_).add(text, "samples");
  }

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

  std::string server_ = kDefaultServer;
  std::string name_ = "collect";
  std::string collectors_;
  std::string interval_ = "15s";
  std::string duration_ = "1m";
  std::string pipeline_;
  std::string format_ = "json";
  std::string output_ = "-";
};

const RegisterCommand collectCommand{{
    .name = "collect",
    .help = "Has a running exporter watch its samples for a while, as a session of its pipeline, "
            "and writes what it collected: as JSON with the session's statistics and the quality "
            "of the samples, or in another format. Interrupted, it ends the session and writes "
            "what there is.",
    .make = [] { return std::make_unique<Collect>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
