#include "metrics/analysis/findings/investigation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

std::int64_t windowOf(const Investigation& wanted) {
  return wanted.window > 0 ? wanted.window : wanted.end - wanted.start;
}

// The samples that teach the detectors, before those that are judged.
constexpr std::int64_t kLearning = 3000 * kMinute;

// A grid for each use: dense enough for 60 parts, each minute for anomalies, each five for cells.
Grid gridOf(std::int64_t from, std::int64_t to, std::int64_t step) {
  return {to - std::max<std::int64_t>(0, (to - from) / step) * step, to, step};
}

Grid trendGrid(const Investigation& wanted) {
  constexpr std::int64_t kPerWindow = 240;
  constexpr std::int64_t kFinest = 15'000;
  const std::int64_t window = windowOf(wanted);
  const std::int64_t step =
      wanted.step > 0 ? wanted.step : std::max(kFinest, window / kPerWindow / 1000 * 1000);
  return gridOf(wanted.end - window + step, wanted.end, step);
}

const Track* sameSeries(const std::vector<Track>& tracks, const Track& wanted) {
  for (const Track& track : tracks) {
    if (track.labels == wanted.labels && track.signal.name == wanted.signal.name) return &track;
  }
  return nullptr;
}

double lastOf(const Track& track) {
  return track.values.empty() ? std::numeric_limits<double>::quiet_NaN() : track.values.back();
}

// What was unusual since `from`, by the finding's baseline if it has one.
void judge(const Track& track, std::int64_t from, SignalFinding& finding) {
  const std::vector<AnomalyScore> scores = scoresOf(track);
  finding.anomalies = anomaliesOf(track, scores, from, finding.baseline.get());
  finding.score = scores.back();
  finding.readings =
      detectorReadings(track, scores.size() - 1, scores.back(), finding.baseline.get());
}

class Search {
 public:
  Search(const Question& question, const Investigation& wanted)
      : question_(question), wanted_(wanted) {}

  void look(const Signal& signal, Findings& findings) const {
    const Grid plain = trendGrid(wanted_);
    std::vector<Track> tracks = evaluate(question_, signal, plain);
    if (tracks.empty()) {
      findings.silent.push_back(signal.name);
      return;
    }
    const bool needsCells = wanted_.baselines || wanted_.anomalies || windowOf(wanted_) >= 2 * kDay;
    const std::vector<Track> fives =
        needsCells || !wanted_.horizons.empty()
            ? evaluate(question_, signal,
                       gridOf(wanted_.end - Baseline::kSpan, wanted_.end, Baseline::kStep))
            : std::vector<Track>();
    std::vector<Track> minutes;
    if (wanted_.anomalies) {
      minutes =
          evaluate(question_, signal, gridOf(wanted_.start - kLearning, wanted_.end, kMinute));
    }
    for (const Track& track : tracks) {
      SignalFinding finding =
          findingOf(track, sameSeries(fives, track), sameSeries(minutes, track));
      finding.name = trackName(track, tracks);
      findings.signals.push_back(std::move(finding));
    }
  }

 private:
  SignalFinding findingOf(const Track& track, const Track* fives, const Track* minutes) const {
    SignalFinding finding{.name = {}, .signal = track.signal, .labels = track.labels};
    finding.support = statistics::supportOf(track.observations());
    finding.last = lastOf(track);
    if (fives != nullptr) {
      finding.baseline = std::make_shared<const Baseline>(*fives, wanted_.zone);
      if (wanted_.baselines) finding.regression = againstEarlierWeeks(*fives, wanted_.zone);
      for (const std::int64_t horizon : wanted_.horizons) {
        finding.forecasts.push_back({horizon, forecastOf(*fives, horizon)});
      }
    }
    if (wanted_.trends) {
      finding.trend = trendOf(track, wanted_.end, windowOf(wanted_), finding.baseline.get());
    }
    if (minutes != nullptr) {
      judge(*minutes, wanted_.start, finding);
      finding.shifts = shiftsOf(track);
    }
    if (!wanted_.baselines) finding.baseline.reset();
    if (wanted_.samples) finding.track = track;
    return finding;
  }

  const Question& question_;
  const Investigation& wanted_;
};

void findBottlenecks(const Question& question, const Investigation& wanted, Findings& findings) {
  // Long enough for one to have begun and to have been seen for a while.
  constexpr std::int64_t kReplayed = 30 * kMinute;
  const std::int64_t from = std::max(wanted.start, wanted.end - kReplayed);
  BottleneckTracker tracker;
  const std::vector<Sightings> all = observe(question, gridOf(from, wanted.end, kMinute / 2));
  for (const Sightings& sightings : all) tracker.add(sightings);
  const Figures figures(question, wanted.end);
  for (Bottleneck& bottleneck : tracker.current()) {
    findings.bottlenecks.push_back(diagnose(figures, std::move(bottleneck)));
  }
  findings.impacts = tracker.impacts();
  findings.health = healthOf(all.back());
}

}  // namespace

std::vector<Signal> usualSignals() {
  std::vector<Signal> signals = builtInSignals();
  signals.push_back(recordedSignals());
  return signals;
}

Findings investigate(const Question& question, const Investigation& wanted) {
  Findings findings{.start = wanted.start, .end = wanted.end, .window = windowOf(wanted)};
  const Search search(question, wanted);
  const bool isOfSignals =
      wanted.trends || wanted.anomalies || wanted.baselines || !wanted.horizons.empty();
  if (isOfSignals || wanted.samples) {
    for (const Signal& signal : wanted.signals) {
      try {
        search.look(signal, findings);
      } catch (const promql::QueryError& error) {
        findings.warnings.push_back(signal.name + ": " + error.what());
      }
    }
  }
  if (wanted.bottlenecks) findBottlenecks(question, wanted, findings);
  if (wanted.quality) {
    try {
      findings.quality = qualityOf(question, wanted.signals, wanted.start, wanted.end);
    } catch (const promql::QueryError& error) {
      findings.warnings.push_back(std::string("quality: ") + error.what());
    } catch (const TooManySamples& error) {
      findings.warnings.push_back(std::string("quality: ") + error.what());
    }
  }
  return findings;
}

SignalFinding investigate(Track track, const Investigation& wanted,
                          const std::shared_ptr<const Baseline>& baseline) {
  SignalFinding finding{.name = track.signal.name, .signal = track.signal, .labels = track.labels};
  finding.support = statistics::supportOf(track.observations());
  finding.last = lastOf(track);
  finding.baseline = baseline;
  if (wanted.trends) {
    finding.trend = trendOf(track, wanted.end, windowOf(wanted), baseline.get());
  }
  for (const std::int64_t horizon : wanted.horizons) {
    finding.forecasts.push_back({horizon, forecastOf(track, horizon)});
  }
  if (wanted.anomalies && !track.times.empty()) {
    judge(track, wanted.start, finding);
    finding.shifts = shiftsOf(track);
  }
  if (wanted.baselines && finding.baseline == nullptr) {
    const Track fives = inSteps(track, Baseline::kStep);
    finding.baseline = std::make_shared<const Baseline>(fives, wanted.zone);
    finding.regression = againstEarlierWeeks(fives, wanted.zone);
  }
  if (wanted.samples) finding.track = std::move(track);
  return finding;
}

}  // namespace orchestrator_exporter::analysis
