#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <vector>

namespace orchestrator_exporter {

// What a reservoir holds at one moment.
struct ReservoirSnapshot {
  std::uint64_t seen = 0;           // all values that were ever added
  std::vector<double> values = {};  // those that were kept, ascending

  // The smallest kept value that at least this share (0 to 1) of them does not exceed; 0 where none
  // was kept.
  double quantile(double share) const;
};

// A uniform sample of all values that are added: each has the same chance to be among the kept
// ones, however many come (reservoir sampling, algorithm R: J. S. Vitter, "Random Sampling with a
// Reservoir", ACM TOMS 11, 1985). Thread-safe.
class Reservoir {
 public:
  // Keeps at most `size` values. Throws std::invalid_argument for 0.
  explicit Reservoir(std::size_t size, std::uint64_t seed = std::random_device{}());

  void add(double value);
  ReservoirSnapshot snapshot() const;

 private:
  const std::size_t size_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::uint64_t seen_ = 0;
  std::vector<double> kept_;
};

}  // namespace orchestrator_exporter
