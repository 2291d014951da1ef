#include "metrics/statistics/sliding_moments.h"

namespace orchestrator_exporter::statistics {

void SlidingMoments::add(double value) {
  if (n() == most_) {
    if (older_.empty()) turnOver();
    older_.pop_back();
  }
  newer_.push_back(value);
  ofNewer_.add(value);
}

void SlidingMoments::turnOver() {
  Moments all;
  older_.reserve(newer_.size());
  for (std::size_t i = newer_.size(); i-- > 0;) {
    all.add(newer_[i]);
    older_.emplace_back(all.mean(), all.squares());
  }
  newer_.clear();
  ofNewer_ = Moments();
}

Moments SlidingMoments::moments() const {
  if (older_.empty()) return ofNewer_;
  Moments all(older_.size(), older_.back().first, older_.back().second);
  all.merge(ofNewer_);
  return all;
}

}  // namespace orchestrator_exporter::statistics
