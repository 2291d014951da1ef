#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace orchestrator_exporter::pipeline {

struct SamplingSettings {
  std::optional<double> uniform = {};                      // the probability, above 0 and up to 1
  std::optional<std::chrono::milliseconds> interval = {};  // of which the first is taken
  std::optional<double> targetPerSecond = {};              // what adaptive sampling aims at
  std::size_t reservoir = 0;  // how many values are kept evenly of all that came; 0: none
};

// Which observations are recorded: the others are counted and let go, and nothing is scaled up.
// With several ways, an observation must be taken by all of them. Thread-safe.
class Sampler {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // A number from 0 up to, not including, 1.
  using Random = std::function<double()>;

  // `random` may be empty: then a generator of its own.
  explicit Sampler(const SamplingSettings& settings, Random random = {});

  // Whether this observation is recorded.
  bool take(double value, Time now);

  // The share of observations that was recorded; nullopt before the first.
  std::optional<double> ratio() const;
  // At what probability adaptive sampling is at the moment; 1 without it.
  double probability() const;
  // The values of the reservoir (Vitter's algorithm R over what was recorded), in no order.
  std::vector<double> reservoir() const;

 private:
  bool isTaken(Time now);
  void adapt(Time now);
  void keep(double value);

  const SamplingSettings settings_;
  mutable std::mutex mutex_;  // guards what follows
  Random random_;
  std::uint64_t seen_ = 0;
  std::uint64_t taken_ = 0;
  std::optional<Time> intervalBegan_;
  std::optional<Time> secondBegan_;
  std::uint64_t inSecond_ = 0;
  std::optional<double> rate_;  // smoothed, a second
  double probability_ = 1;
  std::vector<double> reservoir_;
};

}  // namespace orchestrator_exporter::pipeline
