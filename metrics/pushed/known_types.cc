#include "metrics/pushed/known_types.h"

#include <exception>
#include <utility>

namespace orchestrator_exporter {
namespace {

constexpr std::chrono::minutes kRenewal{1};

thread_local bool isPassedOver = false;

class NoSamples final : public FamilySink {
 public:
  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void preparedSample(double, std::string_view, const SampleExtras&) override {}
  void histogram(const HistogramValue&, std::span<const Label>) override {}
  void summary(const SummaryValue&, std::span<const Label>) override {}
};

// Formats without info and state sets show both as gauges.
MetricType shownAs(MetricType type) {
  return type == MetricType::kInfo || type == MetricType::kStateSet ? MetricType::kGauge : type;
}

}  // namespace

class KnownTypes::Notes final : public Sink {
 public:
  FamilySink& family(const FamilyHead& head) override {
    if (!isPassedOver) types_.emplace(head.name, shownAs(head.type));
    return noSamples_;
  }
  auto take() { return std::move(types_); }

 private:
  NoSamples noSamples_;
  std::map<std::string, MetricType, std::less<>> types_;
};

void KnownTypes::passOver(const std::function<void()>& part) {
  isPassedOver = true;
  try {
    part();
  } catch (...) {
    isPassedOver = false;
    throw;
  }
  isPassedOver = false;
}

std::optional<MetricType> KnownTypes::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (!renewed_ || Clock::now() - *renewed_ >= kRenewal) renew();
  const auto known = types_.find(name);
  return known == types_.end() ? std::nullopt : std::optional(known->second);
}

void KnownTypes::renew() {
  Notes notes;
  try {
    read_(notes);
  } catch (const std::exception&) {
    // What was given until then is better than nothing.
  }
  types_ = notes.take();
  renewed_ = Clock::now();
}

}  // namespace orchestrator_exporter
