#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::analysis {

// What a resource is observed by: utilisation, saturation, errors (the USE method), or pressure,
// which is time lost for want of it.
enum class Kind : std::uint8_t { kUtilisation, kSaturation, kErrors, kPressure };
std::string_view nameOf(Kind kind);  // utilisation, saturation, errors, pressure

// One way to see that a resource is short. Nothing is wrong at `low` and below, all is wrong at
// `high` and above; ratios are shares of 1.
struct Detector {
  std::string id;        // cpu.pressure
  std::string resource;  // cpu: what stands before the dot
  std::string expression;
  Kind kind = Kind::kUtilisation;
  double low = 0;
  double high = 0;
  bool logarithmic = false;
  double weight = 0.6;
  std::vector<std::string> component = {};  // labels that name what is short; none: the host
  std::string_view unit = {};               // of the expression: ratio, s, 1/s, or none

  // 0..1: where a value is between low and high.
  double severity(double value) const;
};

// How fast the counters of a selector grow: over the last minute, so that what begins or ends is
// seen at once, and over five if samples are further apart than half a minute. Nothing for what
// ended, once its last minute is over.
std::string recentRate(const std::string& selector);

// All, in the order of the documentation. Those with one id see the same in different places.
const std::vector<Detector>& detectors();

}  // namespace orchestrator_exporter::analysis
