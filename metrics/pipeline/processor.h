#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label_set.h"
#include "metrics/processors/relabel.h"

namespace orchestrator_exporter::pipeline {

using Time = std::chrono::system_clock::time_point;

// One sample on its way. The metric's name is the label __name__.
struct PassingSample {
  LabelSet labels;
  double value = 0;
  bool isFlagged = false;  // out of range or an outlier, and kept as it is
  // What was found of its value, whatever became of it.
  bool isOutOfRange = false;
  bool isOutlier = false;
};

// One step of the way. For one thread at a time.
class Processor {
 public:
  virtual ~Processor() = default;

  // Changes the sample. Returns why it goes no further, as a word for a label (filter, relabel,
  // invalid, range, outlier); empty if it goes on.
  virtual std::string_view apply(PassingSample& sample, Time time) = 0;
};

// Drops what it gets, or everything else: see Chain.
std::unique_ptr<Processor> makeDrop();

std::unique_ptr<Processor> makeRelabel(std::vector<RelabelRule> rules);

// value * multiply + add, rounded to so many digits behind the point if that is given.
struct TransformSettings {
  double multiply = 1;
  double add = 0;
  std::optional<int> round = {};
};
std::unique_ptr<Processor> makeTransform(const TransformSettings& settings);

// Labels for samples that do not have them.
std::unique_ptr<Processor> makeEnrich(std::vector<std::pair<std::string, std::string>> labels);

// From one unit to another of the same dimension; `rename`, if not empty, is the name from then on.
// Throws std::invalid_argument for units that are unknown or measure different things.
std::unique_ptr<Processor> makeNormalize(const std::string& from, const std::string& to,
                                         std::string rename);
// What a value in one unit is multiplied by and what is added to get it in the other.
struct Conversion {
  double factor = 1;
  double offset = 0;
};
Conversion conversionOf(const std::string& from, const std::string& to);

enum class OutlierMethod : std::uint8_t { kNone, kMad, kIqr, kZScore };
enum class Reaction : std::uint8_t { kDrop, kClamp, kFlag };

struct ValidateSettings {
  std::optional<double> min = {};
  std::optional<double> max = {};
  Reaction onViolation = Reaction::kDrop;
  OutlierMethod outliers = OutlierMethod::kNone;
  Reaction onOutlier = Reaction::kFlag;
};
// NaN and infinite values are violations too; a NaN cannot be clamped and is dropped then.
std::unique_ptr<Processor> makeValidate(const ValidateSettings& settings);

}  // namespace orchestrator_exporter::pipeline
