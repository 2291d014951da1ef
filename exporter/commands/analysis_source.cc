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
#include "metrics/history/head.h"
#include "metrics/history/intake/head_intake.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/history/offline/read_only_history.h"

namespace orchestrator_exporter::commands {

namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

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
  constexpr std::chrono::hours kLong{24 * 365 * 200};
  const auto head = std::make_shared<history::Head>(
      history::Head::Config{.retention = kLong, .outOfOrderWindow = kLong});
  history::HeadIntake intake(head, nullptr);
  AnalysisSource source{.history = head};
  history::readOpenMetrics(
      file, name,
      [&](history::SeriesBatch batch) {
        for (const WrittenSeries& series : batch) {
          for (const TimedSample& sample : series.samples) {
            source.newest = std::max(source.newest, sample.time);
          }
        }
        intake.write(batch, std::numeric_limits<std::int64_t>::max());
      },
      [](const MetricMetadata&) {});
  return source;
}

}  // namespace

void AnalysisFlags::declare(CommandLine& line) {
  line.add(
      {"source", "URL|DIRECTORY|FILE",
       "A server with Prometheus' HTTP API, a directory of state with a history (also beside the "
       "exporter that writes it), or a file: .csv with lines timestamp,value, or .om with "
       "OpenMetrics. Default: http://127.0.0.1:10190"},
      source_);
  line.add({"start", "TIME",
            "Beginning of the time to look at: RFC 3339, Unix seconds, or before now as in -1h. "
            "Default: 24 hours before its end, of a file its beginning"},
           start_);
  line.add({"end", "TIME", "Its end. Default: now, of a file its end"}, end_);
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

AnalysisSource AnalysisFlags::open() const {
  const std::string name = source_.empty() ? kDefaultServer : source_;
  if (name.starts_with("http://") || name.starts_with("https://")) {
    return {.history = std::make_shared<http::RemoteHistory>(configuration::peerAt(name))};
  }
  if (name.ends_with(".csv")) {
    std::ifstream file = opened(name);
    const std::string stem = std::filesystem::path(name).stem().string();
    analysis::Signal signal = analysis::signalOf(signals_.empty() ? stem : signals_.front());
    AnalysisSource source{.rows = readCsvTrack(file, name, signal)};
    source.newest = source.rows->track.times.back();
    return source;
  }
  if (name.ends_with(".om")) return readOpenMetricsSource(name);
  return {.history = std::make_shared<history::ReadOnlyHistory>(name)};
}

analysis::Investigation AnalysisFlags::investigation(const AnalysisSource& source) const {
  const std::int64_t now = currentTime();
  analysis::Investigation wanted;
  wanted.end = !end_.empty() ? timeOf("end", end_, now) : source.newest > 0 ? source.newest : now;
  wanted.window = window_.empty() ? 0 : stepOf("window", window_);
  if (!start_.empty()) {
    wanted.start = timeOf("start", start_, now);
  } else if (source.rows) {
    wanted.start = source.rows->track.times.front();
  } else {
    wanted.start = wanted.end - (wanted.window > 0 ? wanted.window : kDay);
  }
  if (wanted.end < wanted.start) throw UsageError("--end: is before --start");
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
  findings.signals.push_back(analysis::investigate(std::move(track), wanted));
  return findings;
}

void AnalysisFlags::write(const std::string& text, const std::string& behind) const {
  writeOutput(output_ == "-" ? output_ : output_ + behind, text);
}

}  // namespace orchestrator_exporter::commands
