#include "exporter/commands/analysis_source.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "exporter/commands/command.h"
#include "exporter/commands/output.h"
#include "exporter/commands/times.h"
#include "exporter/configuration/peer.h"
#include "http/client/prometheus/remote_history.h"
#include "metrics/base/number_parse.h"
#include "metrics/history/head.h"
#include "metrics/history/intake/head_intake.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/history/offline/read_only_history.h"

namespace orchestrator_exporter::commands {

namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kAnyTime = std::numeric_limits<std::int64_t>::max();

// In memory, of samples of any time in any order.
std::shared_ptr<history::Head> emptyHead() {
  constexpr std::chrono::hours kLong{24 * 365 * 200};
  return std::make_shared<history::Head>(
      history::Head::Config{.retention = kLong, .outOfOrderWindow = kLong});
}

std::ifstream opened(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  file.peek();
  if (!file.is_open() || file.bad()) {
    throw std::runtime_error(name + ": cannot be read: " + std::generic_category().message(errno));
  }
  return file;
}

// The samples of an OpenMetrics text, all in memory.
AnalysisSource readOpenMetricsSource(const std::string& name) {
  std::ifstream file = opened(name);
  const auto head = emptyHead();
  history::HeadIntake intake(head, nullptr);
  AnalysisSource source{.history = head};
  bool isAny = false;
  history::readOpenMetrics(
      file, name,
      [&](history::SeriesBatch batch) {
        for (const WrittenSeries& series : batch) {
          for (const TimedSample& sample : series.samples) {
            source.newest = std::max(source.newest, sample.time);
            source.oldest = isAny ? std::min(source.oldest, sample.time) : sample.time;
            isAny = true;
          }
        }
        intake.write(batch, kAnyTime);
      },
      [](const MetricMetadata&) {});
  return source;
}

analysis::QualityFindings qualityOf(const CsvTrack& rows, const analysis::Investigation& wanted) {
  const SampleColumns known = rows.known();
  SampleColumns samples;
  for (std::size_t i = 0; i < known.times.size(); ++i) {
    if (known.times[i] < wanted.start || known.times[i] > wanted.end) continue;
    samples.times.push_back(known.times[i]);
    samples.values.push_back(known.values[i]);
  }
  analysis::QualityFindings findings;
  findings.all = analysis::qualityOf(samples, false);
  findings.metrics = {findings.all};
  findings.metrics.front().metric = rows.track.signal.name;
  return findings;
}

}  // namespace

std::shared_ptr<const History> AnalysisSource::asHistory() const {
  if (!rows) return history;
  const auto head = emptyHead();
  const std::vector<Label> labels = {{"__name__", rows->track.signal.name}};
  std::vector<TimedSample> samples;
  const SampleColumns known = rows->known();
  for (std::size_t i = 0; i < known.times.size(); ++i) {
    samples.push_back({known.times[i], known.values[i]});
  }
  const WrittenSeries series{labels, samples};
  history::HeadIntake(head, nullptr).write({&series, 1}, kAnyTime);
  return head;
}

AnalysisSource openSource(const std::string& source, const std::vector<std::string>& signals) {
  const std::string name = source.empty() ? kDefaultServer : source;
  if (name.starts_with("http://") || name.starts_with("https://")) {
    return {.history = std::make_shared<http::RemoteHistory>(configuration::peerAt(name))};
  }
  if (name.ends_with(".csv")) {
    std::ifstream file = opened(name);
    const std::string stem = std::filesystem::path(name).stem().string();
    analysis::Signal signal = analysis::signalOf(signals.empty() ? stem : signals.front());
    AnalysisSource result{.rows = readCsvTrack(file, name, signal)};
    result.oldest = result.rows->track.times.front();
    result.newest = result.rows->track.times.back();
    return result;
  }
  if (name.ends_with(".om")) return readOpenMetricsSource(name);
  return {.history = std::make_shared<history::ReadOnlyHistory>(name)};
}

void FailOn::declare(CommandLine& line) {
  line.add({"fail-on", "CONDITION",
            "End with status 3 if there is a degrading trend, an anomaly, a regression, "
            "impact>=N or health<N; may be repeated.",
            true},
           [this](const std::string& given) { take(given); });
}

void FailOn::take(const std::string& condition) {
  constexpr std::string_view kImpact = "impact>=";
  constexpr std::string_view kHealth = "health<";
  const auto number = [&](std::string_view start) -> std::optional<double> {
    if (!condition.starts_with(start)) return std::nullopt;
    return parseNumber(std::string_view(condition).substr(start.size()));
  };
  if (condition == "degrading") {
    degrading_ = true;
  } else if (condition == "anomaly") {
    anomaly_ = true;
  } else if (condition == "regression") {
    regression_ = true;
  } else if (const auto impact = number(kImpact)) {
    impact_ = impact;
  } else if (const auto health = number(kHealth)) {
    health_ = health;
  } else {
    throw UsageError(
        "--fail-on: expected degrading, anomaly, regression, impact>=N or health<N, got '" +
        condition + "'");
  }
}

void FailOn::ask(const AnalysisSource& source, analysis::Investigation& wanted) const {
  wanted.trends = wanted.trends || degrading_;
  wanted.anomalies = wanted.anomalies || anomaly_;
  wanted.baselines = wanted.baselines || regression_;
  if (!impact_ && !health_) return;
  if (source.rows) {
    throw UsageError("--fail-on: impact and health need a history, not a file of one series");
  }
  wanted.bottlenecks = true;
}

bool FailOn::isMet(const analysis::Findings& findings) const {
  for (const analysis::SignalFinding& one : findings.signals) {
    if (degrading_ && one.trend.trend == analysis::TrendClass::kDegrading) return true;
    if (anomaly_ && !one.anomalies.empty()) return true;
    if (regression_ && one.regression.worse) return true;
  }
  for (const auto& [place, size] : findings.impacts) {
    if (impact_ && size >= *impact_) return true;
  }
  return health_ && findings.health.score && *findings.health.score < *health_;
}

void AnalysisFlags::declare(CommandLine& line) {
  line.add({"source", "URL|DIRECTORY|FILE", kSourceHelp}, source_);
  line.add({"start", "TIME",
            "Beginning of the time to look at: RFC 3339, Unix seconds, or before now as in -1h. "
            "Default: 24 hours before its end, of a file its beginning"},
           start_);
  line.add({"end", "TIME", "Its end. Default: now, of a file its end"}, end_);
  line.add({"step", "DURATION",
            "How far the samples are apart that trends are told of and that are written. Default: "
            "a 240th of the window, at least 15s"},
           step_);
  line.add({"window", "DURATION", "How long trends are. Default: all of that time"}, window_);
  line.add({"horizon", "DURATION", "How far forecasts go. Default: 1h and 24h"}, horizon_);
  line.add({"signal", "NAME",
            "A signal to look at, such as system.cpuUsage; may be repeated. Default: all that are "
            "built in or recorded as signal:monitored:value",
            true},
           [this](const std::string& given) { signals_.push_back(given); });
  line.add({"expr", "EXPR", "A PromQL expression to look at as a signal; may be repeated.", true},
           [this](const std::string& given) { signals_.push_back(given); });
  line.add({"output", "FILE", "Where the result goes, - for standard output. Default: -"}, output_);
}

analysis::Investigation AnalysisFlags::investigation(const AnalysisSource& source) const {
  const std::int64_t now = currentTime();
  analysis::Investigation wanted;
  wanted.end = !end_.empty() ? timeOf("end", end_, now) : source.newest > 0 ? source.newest : now;
  wanted.window = window_.empty() ? 0 : stepOf("window", window_);
  wanted.step = step_.empty() ? 0 : stepOf("step", step_);
  if (!start_.empty()) {
    wanted.start = timeOf("start", start_, now);
  } else if (source.newest > 0) {
    wanted.start = std::min(source.oldest, wanted.end);
  } else {
    wanted.start = wanted.end - (wanted.window > 0 ? wanted.window : kDay);
  }
  if (wanted.end < wanted.start) throw UsageError("--end: is before --start");
  constexpr std::int64_t kMostSteps = 100'000;
  if (wanted.step > 0 && (wanted.end - wanted.start) / wanted.step > kMostSteps) {
    throw UsageError("--step: expected at most 100,000 steps in that time");
  }
  for (const std::string& name : signals_) wanted.signals.push_back(analysis::signalOf(name));
  if (wanted.signals.empty()) wanted.signals = analysis::usualSignals();
  wanted.horizons = {kHour, kDay};
  if (!horizon_.empty()) wanted.horizons = {stepOf("horizon", horizon_)};
  return wanted;
}

analysis::Findings AnalysisFlags::find(const AnalysisSource& source,
                                       const analysis::Investigation& wanted) const {
  if (source.history != nullptr) {
    const promql::Engine engine;
    return analysis::investigate({*source.history, engine}, wanted);
  }
  analysis::Findings findings{.start = wanted.start, .end = wanted.end};
  findings.window = wanted.window > 0 ? wanted.window : wanted.end - wanted.start;
  analysis::Track track = source.rows->track;
  // Rows behind the end are not looked at.
  while (!track.times.empty() && track.times.back() > wanted.end) {
    track.times.pop_back();
    track.values.pop_back();
  }
  if (wanted.quality) findings.quality = qualityOf(*source.rows, wanted);
  findings.signals.push_back(analysis::investigate(std::move(track), wanted));
  return findings;
}

std::string AnalysisFlags::sourceName() const { return source_.empty() ? kDefaultServer : source_; }

void AnalysisFlags::write(const std::string& text, const std::string& behind) const {
  writeOutput(output_ == "-" ? output_ : output_ + behind, text);
}

}  // namespace orchestrator_exporter::commands
