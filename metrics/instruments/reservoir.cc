#include "metrics/instruments/reservoir.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace orchestrator_exporter {

double ReservoirSnapshot::quantile(double share) const {
  if (values.empty()) return 0;
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  const double last = static_cast<double>(values.size());
  return values[static_cast<std::size_t>(std::clamp(rank, 1.0, last)) - 1];
}

Reservoir::Reservoir(std::size_t size, std::uint64_t seed) : size_(size), random_(seed) {
  if (size == 0) throw std::invalid_argument("a reservoir keeps at least one value");
}

void Reservoir::add(double value) {
  const std::lock_guard lock(mutex_);
  ++seen_;
  if (kept_.size() < size_) {
    kept_.push_back(value);
    return;
  }
  const std::uint64_t place = std::uniform_int_distribution<std::uint64_t>(0, seen_ - 1)(random_);
  if (place < size_) kept_[place] = value;
}

ReservoirSnapshot Reservoir::snapshot() const {
  ReservoirSnapshot taken;
  {
    const std::lock_guard lock(mutex_);
    taken = {seen_, kept_};
  }
  std::sort(taken.values.begin(), taken.values.end());
  return taken;
}

}  // namespace orchestrator_exporter
