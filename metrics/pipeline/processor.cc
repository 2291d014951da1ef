#include "metrics/pipeline/processor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "metrics/pipeline/outliers.h"

namespace orchestrator_exporter::pipeline {

namespace {

constexpr std::string_view kMetricName = "__name__";

class Drop final : public Processor {
 public:
  std::string_view apply(PassingSample&, Time) override { return "filter"; }
};

class Relabel final : public Processor {
 public:
  explicit Relabel(std::vector<RelabelRule> rules) : rules_(std::move(rules)) {}
  std::string_view apply(PassingSample& sample, Time) override {
    if (!relabel(rules_, sample.labels)) return "relabel";
    return isInvalid(sample.labels) ? "invalid" : "";
  }

 private:
  const std::vector<RelabelRule> rules_;
};

class Transform final : public Processor {
 public:
  explicit Transform(const TransformSettings& settings) : settings_(settings) {}
  std::string_view apply(PassingSample& sample, Time) override {
    sample.value = sample.value * settings_.multiply + settings_.add;
    if (settings_.round) {
      const double scale = std::pow(10.0, *settings_.round);
      const double rounded = std::round(sample.value * scale) / scale;
      // Beyond what a double tells apart there is nothing to round.
      if (std::isfinite(rounded)) sample.value = rounded;
    }
    return "";
  }

 private:
  const TransformSettings settings_;
};

class Enrich final : public Processor {
 public:
  explicit Enrich(std::vector<std::pair<std::string, std::string>> labels)
      : labels_(std::move(labels)) {}
  std::string_view apply(PassingSample& sample, Time) override {
    for (const auto& [name, value] : labels_) {
      if (!sample.labels.has(name)) sample.labels.set(name, value);
    }
    return "";
  }

 private:
  const std::vector<std::pair<std::string, std::string>> labels_;
};

class Normalize final : public Processor {
 public:
  Normalize(const Conversion& conversion, std::string rename)
      : conversion_(conversion), rename_(std::move(rename)) {}
  std::string_view apply(PassingSample& sample, Time) override {
    sample.value = sample.value * conversion_.factor + conversion_.offset;
    if (!rename_.empty()) sample.labels.set(kMetricName, rename_);
    return "";
  }

 private:
  const Conversion conversion_;
  const std::string rename_;
};

class Validate final : public Processor {
 public:
  explicit Validate(const ValidateSettings& settings) : settings_(settings) {}

  std::string_view apply(PassingSample& sample, Time time) override {
    const double least = settings_.min.value_or(std::numeric_limits<double>::lowest());
    const double most = settings_.max.value_or(std::numeric_limits<double>::max());
    if (!(sample.value >= least && sample.value <= most)) {
      sample.isOutOfRange = true;
      return react(sample, settings_.onViolation, least, most, "range");
    }
    if (settings_.outliers == OutlierMethod::kNone) return "";
    UsualValues& usual = usual_[sample.labels];
    const auto range = usual.range(settings_.outliers);
    usual.add(sample.value, time);
    forget(time);
    if (!range || (sample.value >= range->least && sample.value <= range->most)) return "";
    sample.isOutlier = true;
    return react(sample, settings_.onOutlier, range->least, range->most, "outlier");
  }

 private:
  static std::string_view react(PassingSample& sample, Reaction reaction, double least, double most,
                                std::string_view reason) {
    if (reaction == Reaction::kDrop) return reason;
    if (reaction == Reaction::kClamp) {
      if (std::isnan(sample.value)) return reason;
      sample.value = std::clamp(sample.value, least, most);
      return "";
    }
    sample.isFlagged = true;
    return "";
  }

  // Series that have not come for an hour, looked for once a minute.
  void forget(Time time) {
    constexpr std::chrono::hours kKept{1};
    if (time < forgot_ + std::chrono::minutes(1)) return;
    forgot_ = time;
    std::erase_if(usual_, [&](const auto& known) { return known.second.newest() < time - kKept; });
  }

  const ValidateSettings settings_;
  std::map<LabelSet, UsualValues> usual_;
  Time forgot_{};
};

// A unit by what it measures and how much of the base unit it is.
struct Unit {
  std::string_view name;
  std::string_view dimension;
  double factor;
  double offset = 0;
};

constexpr double kKibi = 1024;
constexpr std::array kUnits = {
    Unit{"nanoseconds", "time", 1e-9},
    Unit{"microseconds", "time", 1e-6},
    Unit{"milliseconds", "time", 1e-3},
    Unit{"seconds", "time", 1},
    Unit{"minutes", "time", 60},
    Unit{"hours", "time", 3600},
    Unit{"days", "time", 86400},
    Unit{"bits", "data", 0.125},
    Unit{"bytes", "data", 1},
    Unit{"kilobytes", "data", 1e3},
    Unit{"megabytes", "data", 1e6},
    Unit{"gigabytes", "data", 1e9},
    Unit{"kibibytes", "data", kKibi},
    Unit{"mebibytes", "data", kKibi* kKibi},
    Unit{"gibibytes", "data", kKibi* kKibi* kKibi},
    Unit{"ratio", "share", 1},
    Unit{"percent", "share", 0.01},
    Unit{"celsius", "temperature", 1},
    Unit{"kelvin", "temperature", 1, -273.15},
    Unit{"fahrenheit", "temperature", 5.0 / 9, -160.0 / 9},
    Unit{"hertz", "frequency", 1},
    Unit{"kilohertz", "frequency", 1e3},
    Unit{"megahertz", "frequency", 1e6},
    Unit{"gigahertz", "frequency", 1e9},
};

const Unit& unitOf(const std::string& name) {
  const auto found = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const Unit& unit) { return unit.name == name; });
  if (found == kUnits.end()) throw std::invalid_argument("unknown unit '" + name + "'");
  return *found;
}

}  // namespace

Conversion conversionOf(const std::string& from, const std::string& to) {
  const Unit& source = unitOf(from);
  const Unit& target = unitOf(to);
  if (source.dimension != target.dimension) {
    throw std::invalid_argument("'" + from + "' and '" + to + "' measure different things");
  }
  return {source.factor / target.factor, (source.offset - target.offset) / target.factor};
}

std::unique_ptr<Processor> makeDrop() { return std::make_unique<Drop>(); }
std::unique_ptr<Processor> makeRelabel(std::vector<RelabelRule> rules) {
  return std::make_unique<Relabel>(std::move(rules));
}
std::unique_ptr<Processor> makeTransform(const TransformSettings& settings) {
  return std::make_unique<Transform>(settings);
}
std::unique_ptr<Processor> makeEnrich(std::vector<std::pair<std::string, std::string>> labels) {
  return std::make_unique<Enrich>(std::move(labels));
}
std::unique_ptr<Processor> makeNormalize(const std::string& from, const std::string& to,
                                         std::string rename) {
  return std::make_unique<Normalize>(conversionOf(from, to), std::move(rename));
}
std::unique_ptr<Processor> makeValidate(const ValidateSettings& settings) {
  return std::make_unique<Validate>(settings);
}

}  // namespace orchestrator_exporter::pipeline
