#include "metrics/analysis/findings/analyst.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "metrics/analysis/texts.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::int64_t kMinute = WatchedSeries::kMinute;

void tellOf(const BottleneckTracker::Change& change, const std::vector<std::string>& advice,
            const std::function<void(const std::string&)>& tell) {
  const Bottleneck& one = change.bottleneck;
  std::string line = std::string("finding=bottleneck event=") + (change.begins ? "begin" : "end") +
                     " resource=" + one.place.resource + " component=\"" + one.place.component +
                     "\" impact=" + valueWords(one.impact);
  if (!one.evidence.empty()) line += " detector=" + one.evidence.front().detector->id;
  if (!advice.empty()) line += " advice=\"" + advice.front() + "\"";
  tell(line);
}

// Of signals that are configured, which have no limits of their own.
bool isSame(const Signal& a, const Signal& b) {
  const auto parts = [](const Signal& of) {
    return std::tie(of.name, of.expression, of.unit, of.better, of.leastChange, of.leastShare);
  };
  return parts(a) == parts(b);
}

}  // namespace

Analyst::Analyst(AnalystSettings settings)
    : settings_(std::move(settings)),
      lasting_(settings_.signals.size()),
      learnt_(settings_.signals.size(), false),
      findings_(std::make_shared<const Findings>()) {}

std::shared_ptr<const Findings> Analyst::findings() const {
  const std::lock_guard lock(mutex_);
  return findings_;
}

void Analyst::watchToo(std::vector<Signal> signals) {
  const std::lock_guard lock(mutex_);
  others_ = std::move(signals);
}

void Analyst::takeOthers() {
  std::optional<std::vector<Signal>> others;
  {
    const std::lock_guard lock(mutex_);
    others.swap(others_);
  }
  const std::span<const Signal> known = std::span(settings_.signals).subspan(lasting_);
  if (!others || std::ranges::equal(known, *others, isSame)) return;
  std::erase_if(watched_, [&](const auto& one) { return one->signal() >= lasting_; });
  settings_.signals.resize(lasting_);
  settings_.signals.insert(settings_.signals.end(), others->begin(), others->end());
  learnt_.resize(lasting_);
  learnt_.resize(settings_.signals.size(), false);
}

void Analyst::learn(std::size_t signal, std::int64_t now) {
  const Question question{*settings_.history, settings_.engine};
  const Signal& wanted = settings_.signals[signal];
  const auto minutes =
      evaluate(question, wanted, {now - WatchedSeries::kLearning, now - kMinute, kMinute});
  const auto fives =
      evaluate(question, wanted,
               {now - now % Baseline::kStep - Baseline::kSpan, now - kMinute, Baseline::kStep});
  for (const Track& track : minutes) {
    auto one = std::make_unique<WatchedSeries>(track, signal, watched_.size(), settings_.zone);
    const auto same = std::find_if(fives.begin(), fives.end(), [&](const Track& other) {
      return other.labels == track.labels && other.signal.name == track.signal.name;
    });
    one->learn(track, same == fives.end() ? Track() : *same);
    watched_.push_back(std::move(one));
  }
}

void Analyst::watch(std::size_t signal, std::int64_t now) {
  const Question question{*settings_.history, settings_.engine};
  const auto tracks = evaluate(question, settings_.signals[signal], {now, now, kMinute});
  const auto isOf = [&](const Track& track, const WatchedSeries& one) {
    return one.signal() == signal && one.labels() == track.labels &&
           one.track().signal.name == track.signal.name;
  };
  for (const Track& track : tracks) {
    const bool isNew = std::none_of(watched_.begin(), watched_.end(),
                                    [&](const auto& one) { return isOf(track, *one); });
    if (isNew) {
      watched_.push_back(
          std::make_unique<WatchedSeries>(track, signal, watched_.size(), settings_.zone));
    }
  }
  for (const auto& one : watched_) {
    if (one->signal() != signal) continue;
    const auto same = std::find_if(tracks.begin(), tracks.end(),
                                   [&](const Track& track) { return isOf(track, *one); });
    one->add(now,
             same == tracks.end() ? std::numeric_limits<double>::quiet_NaN() : same->values.front(),
             settings_.tell);
  }
}

void Analyst::keep(const SignalFinding& finding, Findings& findings) {
  if (settings_.store == nullptr) return;
  try {
    settings_.store->save({"", finding.name, findings.end}, *finding.baseline);
  } catch (const history::DatabaseError& error) {
    findings.warnings.push_back(std::string("a baseline is not kept: ") + error.what());
  }
}

void Analyst::describe(Findings& findings) {
  std::map<std::size_t, std::vector<Track>> families;
  for (const auto& one : watched_) {
    families[one->signal()].push_back({one->track().signal, one->labels()});
  }
  for (const auto& one : watched_) {
    SignalFinding finding = one->finding();
    finding.name = trackName({one->track().signal, one->labels()}, families[one->signal()]);
    if (one->takeRenewed()) keep(finding, findings);
    findings.signals.push_back(std::move(finding));
  }
  for (std::size_t i = 0; i < settings_.signals.size(); ++i) {
    if (learnt_[i] && !families.contains(i)) findings.silent.push_back(settings_.signals[i].name);
  }
}

void Analyst::look(std::int64_t now) {
  takeOthers();
  // So that a long history costs no minute of its own.
  constexpr int kLearntAtATime = 3;
  int learns = kLearntAtATime;
  Findings findings{.start = now - 24 * 60 * kMinute, .end = now, .window = 60 * kMinute};
  for (std::size_t i = 0; i < settings_.signals.size(); ++i) {
    try {
      if (!learnt_[i]) {
        if (learns-- <= 0) continue;
        learn(i, now);
        learnt_[i] = true;
      }
      watch(i, now);
    } catch (const promql::QueryError& error) {
      findings.warnings.push_back(settings_.signals[i].name + ": " + error.what());
    }
  }
  std::erase_if(watched_, [&](const auto& one) { return one->isGone(now); });
  describe(findings);
  judge(now, findings);
  publish(std::move(findings));
}

void Analyst::lookAtBottlenecks(std::int64_t now) {
  Findings findings = *this->findings();
  findings.bottlenecks.clear();
  judge(now, findings);
  publish(std::move(findings));
}

void Analyst::publish(Findings findings) {
  auto published = std::make_shared<const Findings>(std::move(findings));
  const std::lock_guard lock(mutex_);
  findings_ = std::move(published);
}

void Analyst::judge(std::int64_t now, Findings& findings) {
  const Question question{*settings_.history, settings_.engine};
  const Sightings sightings = observe(question, {now, now, kMinute}).front();
  const auto changes = tracker_.add(sightings);
  const Figures figures(question, now);
  for (Bottleneck& bottleneck : tracker_.current()) {
    findings.bottlenecks.push_back(diagnose(figures, std::move(bottleneck)));
  }
  for (const BottleneckTracker::Change& change : changes) {
    std::vector<std::string> advice;
    for (const Diagnosis& one : findings.bottlenecks) {
      if (change.begins && one.bottleneck.place == change.bottleneck.place) advice = one.advice;
    }
    tellOf(change, advice, settings_.tell);
  }
  findings.impacts = tracker_.impacts();
  findings.health = healthOf(sightings);
}

void giveFindings(const Findings& findings, Sink& out) {
  for (const SignalFinding& one : findings.signals) {
    const std::string& name = one.name;
    if (one.trend.trend != TrendClass::kInsufficientData) {
      out.gauge("analysis_trend", "1 for the class of the last hour's trend of a signal.")
          .add(1, {{"signal", name}, {"class", nameOf(one.trend.trend)}});
    }
    for (const DetectorReading& reading : one.readings) {
      if (std::isnan(reading.value)) continue;
      out.gauge("analysis_anomaly_score",
                "How unusual the newest value of a signal is, 0 to 1; 0.5 is an anomaly.")
          .add(reading.score, {{"signal", name}, {"detector", reading.name}});
    }
    if (!one.score.detector.empty()) {
      out.gauge("analysis_anomaly_score", {})
          .add(one.score.score, {{"signal", name}, {"detector", "all"}});
    }
    for (const auto& [horizon, forecast] : one.forecasts) {
      if (forecast.points.empty()) continue;
      const std::string_view ahead = horizon == 60 * kMinute ? "1h" : "24h";
      const ForecastPoint& last = forecast.points.back();
      const std::array<std::pair<std::string_view, double>, 5> quantiles = {{{"0.025", last.q025},
                                                                             {"0.1", last.q10},
                                                                             {"0.5", last.median},
                                                                             {"0.9", last.q90},
                                                                             {"0.975", last.q975}}};
      for (const auto& [quantile, value] : quantiles) {
        out.gauge("analysis_forecast", "What a signal is expected to be at the horizon.")
            .add(value, {{"signal", name}, {"horizon", ahead}, {"quantile", quantile}});
      }
      out.gauge("analysis_forecast_confidence_ratio", "How far a forecast is to be trusted.")
          .add(forecast.confidence, {{"signal", name}, {"horizon", ahead}});
    }
    if (one.regression.old > 0 && !std::isnan(one.regression.shift)) {
      out.gauge("analysis_baseline_shift",
                "How far the last hour of a signal is from the same hour of the weeks before.")
          .add(one.regression.shift, {{"signal", name}});
    }
  }
  // Of several hosts, the worst: their own exporters tell of each.
  std::map<std::pair<std::string_view, std::string_view>, double> worst;
  for (const auto& [place, impact] : findings.impacts) {
    double& most = worst[{place.resource, place.component}];
    most = std::max(most, impact);
  }
  for (const auto& [names, impact] : worst) {
    out.gauge("analysis_bottleneck_impact",
              "How much is lost for want of a resource, 0 to 100; a bottleneck begins at 20.")
        .add(impact, {{"resource", names.first}, {"component", names.second}});
  }
  if (findings.health.score) {
    out.gauge("analysis_health_score", "How well everything does, 0 to 100.")
        .add(*findings.health.score);
  }
}

}  // namespace orchestrator_exporter::analysis
