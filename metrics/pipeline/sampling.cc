#include "metrics/pipeline/sampling.h"

#include <algorithm>
#include <random>
#include <utility>

namespace orchestrator_exporter::pipeline {

namespace {

// Of the rate of the second before; the rest is what was known.
constexpr double kNewest = 0.3;

Sampler::Random generator() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    // The 53 bits that a double has.
    return static_cast<double>(engine() >> 11) * 0x1p-53;
  };
}

}  // namespace

Sampler::Sampler(const SamplingSettings& settings, Random random)
    : settings_(settings), random_(random ? std::move(random) : generator()) {}

bool Sampler::take(double value, Time now) {
  const std::lock_guard lock(mutex_);
  ++seen_;
  if (!isTaken(now)) return false;
  ++taken_;
  if (settings_.reservoir > 0) keep(value);
  return true;
}

bool Sampler::isTaken(Time now) {
  if (settings_.targetPerSecond) {
    adapt(now);
    if (probability_ < 1 && random_() >= probability_) return false;
  }
  if (settings_.uniform && random_() >= *settings_.uniform) return false;
  if (settings_.interval) {
    if (intervalBegan_ && now - *intervalBegan_ < *settings_.interval) return false;
    intervalBegan_ = now;
  }
  return true;
}

// Each second: p = min(1, target / smoothed rate).
void Sampler::adapt(Time now) {
  if (!secondBegan_) secondBegan_ = now;
  const std::chrono::duration<double> passed = now - *secondBegan_;
  if (passed >= std::chrono::seconds(1)) {
    const double rate = static_cast<double>(inSecond_) / passed.count();
    rate_ = rate_ ? kNewest * rate + (1 - kNewest) * *rate_ : rate;
    probability_ = *rate_ > 0 ? std::min(1.0, *settings_.targetPerSecond / *rate_) : 1;
    secondBegan_ = now;
    inSecond_ = 0;
  }
  ++inSecond_;
}

void Sampler::keep(double value) {
  if (reservoir_.size() < settings_.reservoir) {
    reservoir_.push_back(value);
    return;
  }
  const auto place = static_cast<std::uint64_t>(random_() * static_cast<double>(taken_));
  if (place < reservoir_.size()) reservoir_[place] = value;
}

std::optional<double> Sampler::ratio() const {
  const std::lock_guard lock(mutex_);
  if (seen_ == 0) return std::nullopt;
  return static_cast<double>(taken_) / static_cast<double>(seen_);
}

double Sampler::probability() const {
  const std::lock_guard lock(mutex_);
  return probability_;
}

std::vector<double> Sampler::reservoir() const {
  const std::lock_guard lock(mutex_);
  return reservoir_;
}

}  // namespace orchestrator_exporter::pipeline
