#include "metrics/history/native_series.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/history.h"

namespace orchestrator_exporter::history {

class NativeSeries::Family final : public FamilySink {
 public:
  Family(std::string_view name, NativeSeries& natives) : name_(name), natives_(natives) {}

  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    if (value.native != nullptr) natives_.give(value, name_, labels);
  }
  void summary(const SummaryValue&, std::span<const Label>) override {}

 private:
  const std::string name_;
  NativeSeries& natives_;
};

NativeSeries::NativeSeries(const LabelSet& external, Take take)
    : names_(external, {}, [this, take = std::move(take)](std::span<const Label> labels) {
        if (!labels.empty()) take(labels, current_);
      }) {}
NativeSeries::~NativeSeries() = default;

FamilySink& NativeSeries::family(const FamilyHead& head) {
  return families_.emplace_back(head.name, *this);
}

// Its labels are those that a gauge of this name would have.
void NativeSeries::give(const HistogramValue& value, std::string_view name,
                        std::span<const Label> labels) {
  try {
    current_ = floatHistogramOf(value, *value.native);
    requireValid(current_);
  } catch (const ParseError&) {
    return;
  }
  names_.gauge(name, {}).add(0, labels);
}

HistogramPointer staleHistogram() {
  auto marker = std::make_shared<FloatHistogram>();
  marker->sum = std::bit_cast<double>(kStaleBits);
  return marker;
}

bool isStale(const FloatHistogram& histogram) {
  return std::bit_cast<std::uint64_t>(histogram.sum) == kStaleBits;
}

std::vector<SeriesId> goneOf(std::vector<SeriesId>& before, std::vector<SeriesId> given) {
  std::ranges::sort(given);
  std::vector<SeriesId> gone;
  std::ranges::set_difference(before, given, std::back_inserter(gone));
  before = std::move(given);
  return gone;
}

}  // namespace orchestrator_exporter::history
