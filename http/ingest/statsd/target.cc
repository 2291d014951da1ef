#include "http/ingest/statsd/target.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/base/coarse_clock.h"
#include "metrics/base/string_hash.h"
#include "metrics/base/utf8.h"
#include "metrics/pushed/observed_summary_cell.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr std::string_view kProtocol = "statsd";
constexpr std::string_view kDefaultHelp = "Sent by StatsD.";
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostLabels = 64;
constexpr std::size_t kLongestValue = 1024;

// The labels of one series, and its stream's name.
class KeptLabels final : public SeriesLabels {
 public:
  KeptLabels(const Mapped& mapped, std::chrono::seconds ttl)
      : ttl_(static_cast<std::uint32_t>(ttl.count())) {
    for (const auto& [name, value] : mapped.labels) {
      text_.append(text_.empty() ? '{' : ',');
      text_.append(name);
      text_.append("=\"");
      appendEscaped(text_, utf8Prefix(value, kLongestValue), true);
      text_.append('"');
    }
    if (!text_.empty()) text_.append('}');
    stream_ = hashString(text_.view(), 0) | 1;
  }
  void append(TextBuffer& out) const override { out.append(text_.view()); }
  std::uint32_t expiry() const override { return ttl_; }
  std::uint64_t stream() const { return stream_; }

 private:
  TextBuffer text_;
  std::uint64_t stream_ = 0;
  const std::uint32_t ttl_;
};

// What all targets have.
template <typename Cell>
struct Place {
  std::shared_ptr<StreamFamily<Cell>> family;
  std::shared_ptr<const KeptLabels> labels;
  double scale;

  PushResult take(Temporality temporality, const typename Cell::Point& point) const {
    return family->take({.stream = labels->stream(), .temporality = temporality}, point, *labels)
        .result;
  }
};

// How often an observation is repeated for its sample rate.
std::uint64_t timesOf(const Sample& sample) {
  constexpr double kMost = 1e9;
  return static_cast<std::uint64_t>(std::min(1 / sample.rate, kMost));
}

class CounterTarget final : public Target {
 public:
  CounterTarget(Place<CountCell> place, Statistics& statistics)
      : place_(std::move(place)), statistics_(statistics) {}
  PushResult take(const Sample& sample) override {
    const double value = sample.value / sample.rate * place_.scale;
    if (value >= 0 && std::isfinite(value)) return place_.take(Temporality::kDelta, {value});
    statistics_.addError(EventError::kNegativeCounter);
    return PushResult::kRejected;
  }

 private:
  const Place<CountCell> place_;
  Statistics& statistics_;
};

class GaugeTarget final : public Target {
 public:
  explicit GaugeTarget(Place<LevelCell> place) : place_(std::move(place)) {}
  PushResult take(const Sample& sample) override {
    return place_.take(sample.relative ? Temporality::kDelta : Temporality::kInstant,
                       {sample.value * place_.scale});
  }

 private:
  const Place<LevelCell> place_;
};

// A gauge of how many members a set had in the last minute.
class SetTarget final : public Target {
 public:
  SetTarget(const Place<LevelCell>& place, std::uint64_t set, DistinctValues& distinct)
      : set_(set), distinct_(distinct), told_([place](std::size_t count) {
          place.take(Temporality::kInstant, {static_cast<double>(count) * place.scale});
        }) {}
  PushResult take(const Sample& sample) override {
    distinct_.note(set_, sample.text, coarseSeconds(), told_);
    return PushResult::kAccepted;
  }

 private:
  const std::uint64_t set_;
  DistinctValues& distinct_;
  const DistinctValues::Told told_;
};

class HistogramTarget final : public Target {
 public:
  HistogramTarget(Place<BucketCell> place, std::vector<double> bounds)
      : place_(std::move(place)), bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}
  PushResult take(const Sample& sample) override {
    const double value = sample.value * place_.scale;
    const std::uint64_t times = timesOf(sample);
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    std::uint64_t& count = counts_[static_cast<std::size_t>(bound - bounds_.begin())];
    count = times;
    const PushResult result =
        place_.take(Temporality::kDelta, {.bounds = bounds_,
                                          .counts = counts_,
                                          .count = times,
                                          .sum = value * static_cast<double>(times)});
    count = 0;
    return result;
  }

 private:
  const Place<BucketCell> place_;
  const std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;  // all 0 but in take()
};

// A histogram of exponential buckets.
class NativeTarget final : public Target {
 public:
  NativeTarget(Place<ExponentialCell> place, double factor)
      : place_(std::move(place)), scale_(scaleOf(factor)) {}
  PushResult take(const Sample& sample) override {
    const double value = sample.value * place_.scale;
    const std::uint64_t times = timesOf(sample);
    ExponentialPoint point{
        .scale = scale_, .count = times, .sum = value * static_cast<double>(times)};
    if (std::abs(value) < kZeroThreshold) {
      point.zeroThreshold = kZeroThreshold;
      point.zeroCount = times;
    } else {
      auto& run = value > 0 ? point.positive : point.negative;
      run.offset =
          static_cast<std::int32_t>(std::ceil(std::ldexp(std::log2(std::abs(value)), scale_)) - 1);
      run.counts = {&times, 1};
    }
    return place_.take(Temporality::kDelta, point);
  }

 private:
  static constexpr double kZeroThreshold = 2.938735877055719e-39;  // 2^-128, as client_golang

  // The coarsest buckets that grow by the factor at most.
  static std::int32_t scaleOf(double factor) {
    return static_cast<std::int32_t>(std::clamp(std::ceil(-std::log2(std::log2(factor))), -4., 8.));
  }

  const Place<ExponentialCell> place_;
  const std::int32_t scale_;
};

class SummaryTarget final : public Target {
 public:
  SummaryTarget(Place<ObservedSummaryCell> place, SummarySettings settings)
      : place_(std::move(place)), settings_(std::move(settings)) {}
  PushResult take(const Sample& sample) override {
    return place_.take(
        Temporality::kDelta,
        {.value = sample.value * place_.scale, .times = timesOf(sample), .settings = &settings_});
  }

 private:
  const Place<ObservedSummaryCell> place_;
  const SummarySettings settings_;
};

// A label that the family's own lines need.
std::string_view reservedLabel(SampleType type, const ObserverOptions& options) {
  if (kindOf(type) != MetricKind::kObserver) return "__name__";
  return options.type == ObserverType::kHistogram ? "le" : "quantile";
}

class Maker {
 public:
  Maker(const TargetParts& parts, const Mapped& mapped, SampleType type, const Mappings& mappings)
      : parts_(parts),
        mapped_(mapped),
        type_(type),
        options_(mapped.mapping == nullptr ? mappings.observer : mapped.mapping->observer),
        ttl_(mapped.mapping == nullptr ? mappings.ttl : mapped.mapping->ttl) {}

  std::unique_ptr<Target> make() {
    if (const auto error = fault()) {
      parts_.statistics.addError(*error);
      return nullptr;
    }
    auto target = ofType();
    if (target == nullptr) parts_.statistics.addConflict(kindOf(type_), mapped_.name);
    return target;
  }

 private:
  std::optional<EventError> fault() const {
    if (mapped_.name.empty() || mapped_.name.size() > kLongestName ||
        mapped_.labels.size() > kMostLabels) {
      return EventError::kTooLong;
    }
    if (mapped_.labels.contains("__name__") ||
        mapped_.labels.contains(reservedLabel(type_, options_))) {
      return EventError::kReservedLabel;
    }
    return std::nullopt;
  }

  std::unique_ptr<Target> ofType() {
    switch (type_) {
      case SampleType::kCounter:
        return made<CounterTarget, CountCell>(parts_.statistics);
      case SampleType::kGauge:
        return made<GaugeTarget, LevelCell>();
      case SampleType::kSet:
        return made<SetTarget, LevelCell>(setNumber(), parts_.distinct);
      default:
        break;
    }
    if (options_.type == ObserverType::kSummary) {
      return made<SummaryTarget, ObservedSummaryCell>(options_.summary);
    }
    if (options_.nativeFactor > 1)
      return made<NativeTarget, ExponentialCell>(options_.nativeFactor);
    return made<HistogramTarget, BucketCell>(options_.buckets);
  }

  template <typename Made, typename Cell, typename... More>
  std::unique_ptr<Target> made(More&&... more) {
    const bool hasHelp = mapped_.mapping != nullptr && !mapped_.mapping->help.empty();
    auto family = parts_.pushed.family<Cell>(
        {.name = mapped_.name, .help = hasHelp ? mapped_.mapping->help : kDefaultHelp}, kProtocol);
    if (family == nullptr) return nullptr;
    const double scale = mapped_.mapping == nullptr ? 1 : mapped_.mapping->scale;
    Place<Cell> place{std::move(family), std::make_shared<KeptLabels>(mapped_, ttl_), scale};
    return std::make_unique<Made>(std::move(place), std::forward<More>(more)...);
  }

  std::uint64_t setNumber() const {
    return hashString(mapped_.name, KeptLabels(mapped_, ttl_).stream());
  }

  const TargetParts& parts_;
  const Mapped& mapped_;
  const SampleType type_;
  const ObserverOptions& options_;
  const std::chrono::seconds ttl_;
};

}  // namespace

MetricKind kindOf(SampleType type) {
  switch (type) {
    case SampleType::kCounter:
      return MetricKind::kCounter;
    case SampleType::kGauge:
    case SampleType::kSet:
      return MetricKind::kGauge;
    default:
      return MetricKind::kObserver;
  }
}

std::unique_ptr<Target> makeTarget(const TargetParts& parts, const Mapped& mapped, SampleType type,
                                   const Mappings& mappings) {
  return Maker(parts, mapped, type, mappings).make();
}

}  // namespace orchestrator_exporter::http::statsd
