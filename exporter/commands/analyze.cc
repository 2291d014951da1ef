#include <memory>

#include "exporter/commands/analysis_source.h"
#include "exporter/commands/command.h"
#include "exporter/commands/findings_text.h"
#include "metrics/analysis/findings/json.h"

// analyze …: what a history, a file or a server tells, as text, JSON or CSV.

namespace orchestrator_exporter::commands {

namespace {

using analysis::Findings;
using analysis::Investigation;

// One part of the analysis.
struct Part {
  std::string_view name;
  bool isOfHistory;  // needs more than one series
  void (*ask)(Investigation&);
  std::string (*json)(const Findings&);
  std::string (*text)(const Findings&);
  std::vector<Row> (*rows)(const Findings&);
};

constexpr Part kParts[] = {
    {"trends", false, [](Investigation& wanted) { wanted.trends = true; }, analysis::trendsJson,
     trendsText, trendRows},
    {"forecasts", false, [](Investigation&) {}, analysis::forecastsJson, forecastsText,
     forecastRows},
    {"anomalies", false, [](Investigation& wanted) { wanted.anomalies = true; },
     analysis::anomaliesJson, anomaliesText, anomalyRows},
    {"baseline", false, [](Investigation& wanted) { wanted.baselines = true; },
     analysis::baselinesJson, baselinesText, baselineRows},
    {"bottlenecks", true, [](Investigation& wanted) { wanted.bottlenecks = true; },
     analysis::bottlenecksJson, bottlenecksText, bottleneckRows},
    {"health", true, [](Investigation& wanted) { wanted.bottlenecks = true; }, analysis::healthJson,
     healthText, healthRows},
    {"quality", false, [](Investigation& wanted) { wanted.quality = true; }, analysis::qualityJson,
     qualityText, qualityRows},
};

class Analyze final : public Command {
 public:
  // The parts whose names are `name`, or all of them.
  explicit Analyze(std::string_view name) : name_(name) {}

  void declare(CommandLine& line) override {
    flags_.declare(line);
    line.add({"format", "WORD", "text, json or csv. Default: text"}, format_);
    failOn_.declare(line);
  }

  int run(const std::vector<std::string>&) override {
    if (format_ != "text" && format_ != "json" && format_ != "csv") {
      throw UsageError("--format: expected text, json or csv, got '" + format_ + "'");
    }
    const AnalysisSource source = flags_.open();
    if (name_ == "anomalies" && source.rows && format_ == "csv") {
      flags_.write(scoredCsv(*source.rows));
      return kDone;
    }
    Investigation wanted = flags_.investigation(source);
    bool forecasts = false;
    std::vector<const Part*> parts;
    for (const Part& part : kParts) {
      if (name_ != "all" && name_ != part.name) continue;
      if (part.isOfHistory && source.rows) {
        if (name_ != "all")
          throw UsageError("--source: expected a history, got a file of one series");
        continue;
      }
      part.ask(wanted);
      forecasts = forecasts || part.name == "forecasts";
      parts.push_back(&part);
    }
    if (!forecasts) wanted.horizons.clear();
    failOn_.ask(source, wanted);
    const Findings findings = flags_.find(source, wanted);
    for (const std::string& warning : findings.warnings) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    flags_.write(rendered(parts, findings));
    return failOn_.isMet(findings) ? kConditionMet : kDone;
  }

 private:
  std::string rendered(const std::vector<const Part*>& parts, const Findings& findings) const {
    std::string text;
    for (const Part* part : parts) {
      if (format_ == "json") {
        text += parts.size() > 1 ? (text.empty() ? "{" : ",") : "";
        if (parts.size() > 1) text += "\"" + std::string(part->name) + "\":";
        text += part->json(findings);
      } else if (format_ == "csv") {
        text += (text.empty() ? "" : "\r\n") + csvText(part->rows(findings));
      } else {
        text += (text.empty() ? "" : "\n") + part->text(findings);
      }
    }
    if (format_ != "json") return text;
    return text + (parts.size() > 1 ? "}\n" : "\n");
  }

  const std::string_view name_;
  AnalysisFlags flags_;
  std::string format_ = "text";
  FailOn failOn_;
};

CommandDefinition definition(std::string_view name, const std::string& help) {
  return {.name = "analyze " + std::string(name), .help = help, .make = [name] {
            return std::make_unique<Analyze>(name);
          }};
}

const RegisterCommand trends{definition(
    "trends", "Tells where each signal goes: improving, degrading, volatile or stable.")};
const RegisterCommand forecasts{
    definition("forecasts",
               "Tells what each signal is expected to be, with intervals and how far to trust "
               "them.")};
const RegisterCommand anomalies{
    definition("anomalies",
               "Tells when signals were unusual. Of a .csv file with --format=csv: each row with "
               "its score.")};
const RegisterCommand bottlenecks{
    definition("bottlenecks", "Tells what programs wait for, who causes it, and what to do.")};
const RegisterCommand health{
    definition("health", "Tells one figure for everything, and what takes from it.")};
const RegisterCommand quality{definition(
    "quality",
    "Tells how complete, accurate and consistent the samples are that the signals are made of; of "
    "all samples with --expr='{__name__=~\".+\"}'.")};
const RegisterCommand all{definition("all", "Tells all of these, one after the other.")};

}  // namespace

}  // namespace orchestrator_exporter::commands
