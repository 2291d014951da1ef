#include "http/reports/report.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "exporter/commands/analysis_source.h"
#include "exporter/commands/command.h"
#include "exporter/commands/output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/peer.h"
#include "exporter/pipeline/known_sessions.h"
#include "http/reports/exports.h"
#include "http/reports/grafana_dashboard.h"
#include "http/reports/html_report.h"
#include "http/reports/templated_report.h"
#include "metrics/profiling/folded.h"

// report: everything of a range of time in one file.

namespace orchestrator_exporter::commands {

namespace {

class ReportCommand final : public Command {
 public:
  void declare(CommandLine& line) override {
    flags_.declare(line);
    line.add({"format", "WORD",
              "html, json, csv, openmetrics, grafana, datadog or newrelic. Default: html"},
             format_);
    line.add({"template", "FILE",
              "Write what this text of Go's text/template makes of the object that json is, in the "
              "place of --format; escaped for HTML if the file's name ends in .html."},
             template_);
    line.add({"session", "ID|NAME",
              "The time of this session of the source's pipeline, in the place of --start and "
              "--end; of several of one name the newest."},
             session_);
    failOn_.declare(line);
    line.add({"profile", "FILE",
              "As html: also the profile of this file, which has folded stacks as `profile "
              "--format=folded` writes them."},
             profile_);
    line.addSwitch("wide", "As csv: a column for each signal.", [this](bool on) { wide_ = on; });
  }

  int run(const std::vector<std::string>&) override {
    constexpr std::string_view kFormats[] = {"html",    "json",    "csv",     "openmetrics",
                                             "grafana", "datadog", "newrelic"};
    if (std::find(std::begin(kFormats), std::end(kFormats), format_) == std::end(kFormats)) {
      throw UsageError(
          "--format: expected one of html, json, csv, openmetrics, grafana, datadog, "
          "newrelic, got '" +
          format_ + "'");
    }
    if (!profile_.empty() && format_ != "html") throw UsageError("--profile: needs --format=html");
    if (!session_.empty() && flags_.hasTimes()) {
      throw UsageError("--session: has a time of its own, without --start and --end");
    }
    const std::string form = template_.empty() ? "" : readInput(template_);
    const http::Report report = made();
    const std::vector<std::string> texts =
        template_.empty() ? rendered(report)
                          : std::vector{http::templatedReport(report, template_, form)};
    if (texts.empty()) throw std::runtime_error("there are no samples of this time to write");
    if (flags_.output() == "-") {
      // One document a line where they are several.
      std::string all;
      for (const std::string& text : texts) {
        all += text;
        if (!all.ends_with('\n')) all += '\n';
      }
      flags_.write(all);
      return status(report);
    }
    flags_.write(texts.front());
    for (std::size_t i = 1; i < texts.size(); ++i) {
      flags_.write(texts[i], "." + std::to_string(i + 1));
    }
    return status(report);
  }

 private:
  int status(const http::Report& report) const {
    return failOn_.isMet(report.findings) ? kConditionMet : kDone;
  }

  http::Report made() const {
    const AnalysisSource source = flags_.open();
    analysis::Investigation wanted = flags_.investigation(source);
    failOn_.ask(source, wanted);
    http::Report report;
    const auto sessions = pipeline::knownSessions(flags_.sourceName());
    if (!session_.empty()) limitToSession(sessions, wanted);
    if (source.history != nullptr) {
      const promql::Engine engine;
      report = http::reportOf({*source.history, engine}, wanted);
    } else {
      wanted.trends = wanted.anomalies = wanted.quality = wanted.samples = true;
      report.findings = flags_.find(source, wanted);
    }
    for (const pipeline::KnownSession& session : sessions) {
      const bool isIn =
          session.start <= wanted.end && session.end.value_or(wanted.end) >= wanted.start;
      if (isIn) report.sessions.push_back(session.json);
    }
    report.source = flags_.source().empty() ? "the exporter of this host" : flags_.source();
    const std::string program = configuration::userAgent();
    report.version = program.substr(program.find('/') + 1);
    report.generatedAt = currentTime();
    if (!profile_.empty()) report.profile = profiling::readFoldedFile(profile_);
    return report;
  }

  void limitToSession(const std::vector<pipeline::KnownSession>& sessions,
                      analysis::Investigation& wanted) const {
    for (const pipeline::KnownSession& session : sessions) {
      if (session.id != session_ && session.name != session_) continue;
      wanted.start = session.start;
      wanted.end = session.end.value_or(currentTime());
      return;
    }
    throw std::runtime_error("there is no session '" + session_ + "'");
  }

  std::vector<std::string> rendered(const http::Report& report) const {
    if (format_ == "html") return {http::htmlReport(report)};
    if (format_ == "json") return {http::jsonReport(report)};
    if (format_ == "csv") return {http::csvReport(report, wide_)};
    if (format_ == "openmetrics") return {http::openMetricsReport(report)};
    if (format_ == "grafana") return {http::grafanaDashboard(report)};
    if (format_ == "datadog") return http::datadogPayloads(report);
    return http::newRelicPayloads(report);
  }

  AnalysisFlags flags_;
  std::string format_ = "html";
  std::string template_;
  std::string session_;
  std::string profile_;
  FailOn failOn_;
  bool wide_ = false;
};

const RegisterCommand report{{
    .name = "report",
    .help = "Writes everything of a range of time into one file: health, bottlenecks with advice, "
            "trends, forecasts, anomalies and alerts for people, or the signals' samples for other "
            "programs. Payloads beyond a receiver's limit go into FILE.2 and on.",
    .make = [] { return std::make_unique<ReportCommand>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
