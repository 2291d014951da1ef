#include "metrics/analysis/quality.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/position.h"
#include "metrics/promql/values/query_error.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::string_view kName = "__name__";

struct Sample {
  std::int64_t time;
  double value;
};

bool isStale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

// Numbers and histograms, of which the count falls as a counter does.
std::vector<Sample> joined(const SampleColumns& columns) {
  std::vector<Sample> samples;
  samples.reserve(columns.times.size() + columns.histograms.times.size());
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    samples.push_back({columns.times[i], columns.values[i]});
  }
  for (std::size_t i = 0; i < columns.histograms.times.size(); ++i) {
    samples.push_back({columns.histograms.times[i], columns.histograms.values[i]->count});
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.time < b.time; });
  return samples;
}

// How far samples are apart, at each time.
class Spacing {
 public:
  Spacing(const std::vector<Sample>& samples, std::span<const CoarseStretch> coarse)
      : coarse_(coarse) {
    std::vector<double> distances;
    for (std::size_t i = 1; i < samples.size(); ++i) {
      const bool isRaw = coarse.empty() || samples[i - 1].time > coarse.back().until;
      const std::int64_t distance = samples[i].time - samples[i - 1].time;
      if (isRaw && distance > 0) distances.push_back(static_cast<double>(distance));
    }
    if (!distances.empty()) usual_ = statistics::median(distances);
  }

  // How many samples there should be after the first time until the second.
  std::uint64_t samplesBetween(std::int64_t first, std::int64_t second) const {
    double step = usual_;
    for (const CoarseStretch& stretch : coarse_) {
      if (second > stretch.until) continue;
      step = static_cast<double>(stretch.step);
      break;
    }
    if (!(step > 0)) return 1;
    return static_cast<std::uint64_t>(
        std::max(1.0, std::round(static_cast<double>(second - first) / step)));
  }

 private:
  const std::span<const CoarseStretch> coarse_;
  double usual_ = 0;
};

bool beganAgain(const Restarts& restarts, std::int64_t after, std::int64_t until) {
  return std::any_of(restarts.begin(), restarts.end(), [&](const auto& restart) {
    return restart.first < until && restart.second > after;
  });
}

bool contradicts(const Sample& sample, const Sample& before, bool isCounter,
                 const Restarts& restarts) {
  if (sample.time <= before.time) {
    return sample.time < before.time || sample.value != before.value;
  }
  return isCounter && sample.value < before.value &&
         !beganAgain(restarts, before.time, sample.time);
}

bool isCounterName(std::string_view name, const std::map<std::string, MetricType>& types) {
  const auto known = types.find(std::string(name));
  if (known != types.end() && known->second == MetricType::kGauge) return false;
  return name.ends_with("_total") || name.ends_with("_bucket") || name.ends_with("_count");
}

// What the samples of a selection are judged by, read once for all metrics.
class Judge {
 public:
  Judge(const History& history, std::int64_t start, std::int64_t end)
      : history_(history), start_(start), end_(end) {
    for (const MetricMetadata& family : history.metadata()) types_[family.family] = family.type;
    for (const char* name : {"process_start_time_seconds", "node_boot_time_seconds"}) {
      const std::vector<LabelMatcher> matchers = {
          {std::string(kName), LabelMatcher::Operator::kEqual, name}};
      read(matchers, [&](const LabelSet& labels, const SampleColumns& samples, const auto&) {
        addRestarts(restarts_[placeOf(labels)], samples);
      });
    }
  }

  // Adds to the metrics what is selected and was not before. Whether anything was.
  bool add(const std::vector<LabelMatcher>& matchers,
           std::map<std::string, SampleQuality>& metrics) {
    bool isAny = false;
    read(matchers,
         [&](const LabelSet& labels, const SampleColumns& samples, const Selected& selected) {
           isAny = true;
           if (!seen_.insert(labels).second) return;
           const std::string name(labels.get(kName));
           const auto restarts = restarts_.find(placeOf(labels));
           SampleQuality& metric = metrics[name];
           metric.metric = name;
           metric.add(qualityOf(samples, isCounterName(name, types_),
                                restarts == restarts_.end() ? Restarts() : restarts->second,
                                selected.coarse));
         });
    return isAny;
  }

 private:
  using Place = std::pair<std::string, std::string>;  // job, instance

  static Place placeOf(const LabelSet& labels) {
    return {std::string(labels.get("job")), std::string(labels.get("instance"))};
  }

  static void addRestarts(Restarts& restarts, const SampleColumns& samples) {
    constexpr double kSame = 1;  // second: clocks are set
    std::optional<Sample> before;
    for (std::size_t i = 0; i < samples.times.size(); ++i) {
      if (std::isnan(samples.values[i])) continue;
      const Sample now{samples.times[i], samples.values[i]};
      if (before && std::fabs(now.value - before->value) > kSame) {
        restarts.emplace_back(before->time, now.time);
      }
      before = now;
    }
  }

  // `take` gets each series with samples of the range, and those alone.
  template <typename Take>
  void read(const std::vector<LabelMatcher>& matchers, const Take& take) const {
    constexpr std::size_t kMostSamples = 50'000'000;
    const Selected selected =
        history_.select({.matchers = matchers, .after = start_ - 1, .until = end_}, kMostSamples);
    for (const SelectedSeries& series : selected.series) {
      SampleColumns samples = series.samples.take();
      cut(samples.times, samples.values);
      cut(samples.histograms.times, samples.histograms.values);
      if (!samples.empty()) take(*series.labels, samples, selected);
    }
  }

  template <typename Value>
  void cut(std::vector<std::int64_t>& times, std::vector<Value>& values) const {
    const auto first = std::lower_bound(times.begin(), times.end(), start_) - times.begin();
    const auto last = std::upper_bound(times.begin(), times.end(), end_) - times.begin();
    times.erase(times.begin() + last, times.end());
    values.erase(values.begin() + last, values.end());
    times.erase(times.begin(), times.begin() + std::min(first, last));
    values.erase(values.begin(), values.begin() + std::min(first, last));
  }

  const History& history_;
  const std::int64_t start_;
  const std::int64_t end_;
  std::map<std::string, MetricType> types_;
  std::map<Place, Restarts> restarts_;
  std::set<LabelSet> seen_;
};

// What a pipeline says of itself.
std::vector<QualityFindings::Reported> reportedIn(const Question& question, std::int64_t end) {
  std::vector<QualityFindings::Reported> all;
  const auto result = question.engine.instant(question.history, "pipeline_quality_ratio", end);
  for (const promql::ResultSeries& series : result.series) {
    if (series.points.empty()) continue;
    all.push_back({std::string(series.labels->get("session")),
                   std::string(series.labels->get("dimension")), series.points.back().value});
  }
  return all;
}

std::string nameIn(const promql::Selector& selector) {
  for (const LabelMatcher& matcher : selector.matchers) {
    if (matcher.name() == kName) return matcher.value();
  }
  return {};
}

}  // namespace

void SampleQuality::add(const SampleQuality& other) {
  const auto join = [](Share& share, const Share& more) {
    share.good += more.good;
    share.all += more.all;
  };
  series += other.series;
  join(completeness, other.completeness);
  join(accuracy, other.accuracy);
  join(consistency, other.consistency);
}

SampleQuality qualityOf(const SampleColumns& columns, bool isCounter, const Restarts& restarts,
                        std::span<const CoarseStretch> coarse) {
  const std::vector<Sample> samples = joined(columns);
  const Spacing spacing(samples, coarse);
  SampleQuality quality{.series = 1};
  std::optional<Sample> before;
  bool hasEnded = false;
  for (const Sample& sample : samples) {
    if (isStale(sample.value)) {
      hasEnded = true;
      continue;
    }
    ++quality.completeness.good;
    quality.completeness.all += before && !hasEnded && sample.time > before->time
                                    ? spacing.samplesBetween(before->time, sample.time)
                                    : 1;
    ++quality.accuracy.all;
    if (std::isfinite(sample.value)) ++quality.accuracy.good;
    ++quality.consistency.all;
    if (!before || !contradicts(sample, *before, isCounter, restarts)) ++quality.consistency.good;
    before = sample;
    hasEnded = false;
  }
  return quality;
}

QualityFindings qualityOf(const Question& question, std::span<const Signal> signals,
                          std::int64_t start, std::int64_t end) {
  Judge judge(question.history, start, end);
  std::map<std::string, SampleQuality> metrics;
  std::set<std::string> silent;
  std::vector<std::vector<LabelMatcher>> asked;
  for (const Signal& signal : signals) {
    promql::ExpressionPtr expression;
    try {
      expression = promql::parse(withRules(withAliases(signal.expression)));
    } catch (const promql::ParseError& error) {
      throw promql::QueryError(promql::QueryError::Kind::kBadData, error.what());
    }
    for (const promql::Selector* selector : promql::selectorsIn(*expression)) {
      // Signals share many selectors.
      if (std::find(asked.begin(), asked.end(), selector->matchers) != asked.end()) continue;
      asked.push_back(selector->matchers);
      if (!judge.add(selector->matchers, metrics)) silent.insert(nameIn(*selector));
    }
  }
  QualityFindings findings;
  for (auto& [name, metric] : metrics) {
    findings.all.add(metric);
    silent.erase(name);
    findings.metrics.push_back(std::move(metric));
  }
  findings.reported = reportedIn(question, end);
  findings.silent.assign(silent.begin(), silent.end());
  return findings;
}

}  // namespace orchestrator_exporter::analysis
