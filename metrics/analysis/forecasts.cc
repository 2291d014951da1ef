#include "metrics/analysis/forecasts.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "metrics/analysis/texts.h"
#include "metrics/statistics/exponential_smoothing.h"
#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

namespace {

using statistics::Smoother;
using statistics::Smoothing;
using Values = std::span<const double>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::size_t kLeastOrigins = 5;
constexpr std::size_t kMostOrigins = 20;
constexpr std::size_t kLeastTraining = 20;
constexpr double kNinety = 1.2815515655446004;      // normal quantile of 0.9
constexpr double kNinetySeven = 1.959963984540054;  // of 0.975

struct Candidate {
  std::string_view name;
  bool seasonal;
  std::function<Smoothing(Values, std::size_t period)> fit;
};

const std::vector<Candidate>& candidates() {
  static const std::vector<Candidate> all = {
      {"last_value", false, [](Values, std::size_t) { return statistics::lastValue(); }},
      {"seasonal_naive", true,
       [](Values, std::size_t period) { return statistics::seasonalNaive(period); }},
      {"damped_trend", false,
       [](Values values, std::size_t) { return statistics::fitDampedTrend(values); }},
      {"holt_winters", true,
       [](Values values, std::size_t period) {
         return statistics::fitHoltWinters(values, period);
       }},
  };
  return all;
}

// What a back-test found of one candidate.
struct Trial {
  const Candidate* candidate = nullptr;
  double error = 0;  // mean, absolute
  // Errors in deviations that the model expected, by origin.
  std::vector<std::vector<double>> scaled = {};
};

Trial tried(const Candidate& candidate, Values values, const std::vector<std::size_t>& origins,
            const Rhythm& rhythm) {
  Trial trial{&candidate};
  const std::size_t period = candidate.seasonal ? rhythm.period : 1;
  // Fitted once, on what the first origin knows.
  Smoother smoother(candidate.fit(values.first(origins.front()), period), values);
  std::vector<double> spreads;
  statistics::Moments errors;
  std::size_t taken = 0;
  for (const std::size_t origin : origins) {
    while (taken < origin) smoother.add(values[taken++]);
    const double deviation = smoother.residualDeviation();
    std::vector<double> scaled;
    for (std::size_t ahead = 1; ahead <= rhythm.steps; ++ahead) {
      if (spreads.size() < ahead) spreads.push_back(smoother.spread(ahead));
      const double error = std::fabs(values[origin + ahead - 1] - smoother.forecast(ahead));
      if (std::isnan(error)) continue;
      errors.add(error);
      const double expected = deviation * spreads[ahead - 1];
      scaled.push_back(error == 0 ? 0 : error / expected);
    }
    trial.scaled.push_back(std::move(scaled));
  }
  trial.error = errors.mean();
  return trial;
}

std::vector<double> joined(const std::vector<std::vector<double>>& parts, std::size_t without) {
  std::vector<double> all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != without) all.insert(all.end(), parts[i].begin(), parts[i].end());
  }
  return all;
}

// The share of a back-test's values in their 80 % intervals.
double coverageOf(const Trial& trial) {
  double inside = 0;
  double all = 0;
  for (std::size_t i = 0; i < trial.scaled.size(); ++i) {
    const double reach = statistics::quantile(joined(trial.scaled, i), 0.8);
    for (const double error : trial.scaled[i]) {
      inside += error <= reach ? 1 : 0;
      all += 1;
    }
  }
  return all > 0 ? inside / all : kNaN;
}

// The mean distance of values one season apart; of neighbours if they are not that many.
double naiveError(Values values, std::size_t period) {
  const std::size_t apart = values.size() > period ? period : 1;
  statistics::Moments distances;
  for (std::size_t i = apart; i < values.size(); ++i) {
    distances.add(std::fabs(values[i] - values[i - apart]));
  }
  return distances.mean();
}

// Evenly spread over the last twenty horizons, those of which that leave enough to learn from.
std::vector<std::size_t> originsOf(std::size_t count, std::size_t training, std::size_t steps) {
  if (count < training + steps) return {};
  const std::size_t last = count - steps;
  const std::size_t reach = (kMostOrigins - 1) * steps;
  const std::size_t first = std::max(training, last > reach ? last - reach : 0);
  const std::size_t origins = std::min(kMostOrigins, last - first + 1);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < origins; ++i) {
    all.push_back(origins == 1 ? last : first + i * (last - first) / (origins - 1));
  }
  return all;
}

// A constant series forecasts itself: no error is no error, whatever it is compared with.
double scaledError(double error, double naive) {
  if (error == 0) return 0;
  return naive > 0 ? error / naive : std::numeric_limits<double>::infinity();
}

void addPoints(Forecast& forecast, const Trial& trial, Values values, const Rhythm& rhythm,
               const Signal& signal) {
  const std::size_t period = trial.candidate->seasonal ? rhythm.period : 1;
  Smoother smoother(trial.candidate->fit(values, period), values);
  for (const double value : values) smoother.add(value);
  const std::vector<double> scaled = joined(trial.scaled, trial.scaled.size());
  const double reach80 = statistics::quantile(scaled, 0.8);
  const double reach95 = statistics::quantile(scaled, 0.95);
  const double deviation = smoother.residualDeviation();
  const auto held = [&](double value) { return std::clamp(value, signal.lowest, signal.highest); };
  for (std::size_t ahead = 1; ahead <= rhythm.steps; ++ahead) {
    const double middle = smoother.forecast(ahead);
    const double expected = std::isnan(deviation) ? 0 : deviation * smoother.spread(ahead);
    // A model without errors so far has no measure of them.
    const double near = std::isfinite(reach80) ? expected * reach80 : expected * kNinety;
    const double far = std::isfinite(reach95) ? expected * reach95 : expected * kNinetySeven;
    forecast.points.push_back({forecast.origin + static_cast<std::int64_t>(ahead) * rhythm.step,
                               held(middle), held(middle - near), held(middle + near),
                               held(middle - far), held(middle + far)});
  }
}

void addTimeToLimit(Forecast& forecast, const Signal& signal, double now) {
  if (std::isnan(signal.limit) || now >= signal.limit) return;
  for (const ForecastPoint& point : forecast.points) {
    if (point.median < signal.limit) continue;
    forecast.timeToLimit = point.time - forecast.origin;
    return;
  }
}

}  // namespace

Rhythm rhythmOf(std::int64_t horizon, std::int64_t spacing, std::int64_t known) {
  constexpr std::int64_t kShort = 6 * kHour;
  Rhythm rhythm;
  const std::int64_t tier = horizon <= kShort ? 5 * kMinute : kHour;
  rhythm.step = std::max(tier, (spacing + kMinute / 2) / kMinute * kMinute);
  const bool byWeek = rhythm.step >= kHour && known >= 21 * kDay;
  rhythm.period =
      static_cast<std::size_t>(std::max<std::int64_t>(1, (byWeek ? 7 * kDay : kDay) / rhythm.step));
  rhythm.steps = static_cast<std::size_t>(
      std::max<std::int64_t>(1, (horizon + rhythm.step - 1) / rhythm.step));
  rhythm.window = tier == kHour ? 28 * kDay : 8 * kDay;
  return rhythm;
}

Forecast forecastOf(const Track& track, std::int64_t horizon) {
  Forecast forecast;
  const statistics::Support support = statistics::supportOf(track.observations());
  const auto refused = [&](const std::string& reason) {
    forecast.insufficient = reason;
    return forecast;
  };
  if (support.n == 0) return refused("no samples");
  const Rhythm rhythm = rhythmOf(horizon, track.spacing(), support.to - support.from);
  // What was before the first sample is no gap.
  const statistics::Observations recent =
      track.between(std::max(support.from - 1, support.to - rhythm.window), support.to);
  Track part{track.signal,
             {},
             {recent.times.begin(), recent.times.end()},
             {recent.values.begin(), recent.values.end()}};
  const Track steps = inSteps(part, rhythm.step);
  const Values values = steps.values;
  const std::size_t filled = statistics::supportOf(steps.observations()).n;
  constexpr double kLeastFilled = 0.7;
  if (static_cast<double>(filled) < kLeastFilled * static_cast<double>(values.size())) {
    return refused("only " + std::to_string(filled) + " of " + std::to_string(values.size()) +
                   " steps of " + durationWords(rhythm.step) + " have a value");
  }
  forecast.origin = steps.times.back();
  forecast.step = rhythm.step;

  const std::size_t plainTraining = std::max(kLeastTraining, rhythm.steps);
  const std::size_t seasonalTraining = std::max(plainTraining, 2 * rhythm.period);
  std::vector<std::size_t> origins = originsOf(values.size(), seasonalTraining, rhythm.steps);
  const bool isSeasonal = rhythm.period > 1 && origins.size() >= kLeastOrigins;
  if (!isSeasonal) origins = originsOf(values.size(), plainTraining, rhythm.steps);
  if (origins.size() < kLeastOrigins) {
    return refused("only " + std::to_string(values.size()) + " steps of " +
                   durationWords(rhythm.step) + " are known, too few for a back-test");
  }
  Trial best;
  for (const Candidate& candidate : candidates()) {
    if (candidate.seasonal && !isSeasonal) continue;
    Trial trial = tried(candidate, values, origins, rhythm);
    if (std::isnan(trial.error)) continue;
    if (best.candidate == nullptr || trial.error < best.error) best = std::move(trial);
  }
  if (best.candidate == nullptr) return refused("no values to back-test against");
  forecast.model = best.candidate->name;
  forecast.origins = origins.size();
  forecast.mase = scaledError(best.error, naiveError(values.first(origins.front()), rhythm.period));
  forecast.coverage = coverageOf(best);
  constexpr double kWanted = 0.8;
  constexpr double kEnough = 10;
  forecast.confidence = std::min(1.0, static_cast<double>(origins.size()) / kEnough) *
                        std::max(0.0, 1 - std::fabs(forecast.coverage - kWanted) / kWanted) *
                        std::max(0.0, 1 - forecast.mase / 2);
  addPoints(forecast, best, values, rhythm, track.signal);
  addTimeToLimit(forecast, track.signal, values.back());
  return forecast;
}

}  // namespace orchestrator_exporter::analysis
