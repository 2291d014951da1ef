#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "metrics/label.h"
#include "metrics/sample.h"
#include "metrics/shared_labels.h"

namespace orchestrator_exporter {

// Takes the samples of one family. What a sink cannot take (a sample of another type than the
// family's, a duplicate) it leaves out and counts; none of these calls throws for bad values.
class FamilySink {
 public:
  virtual ~FamilySink() = default;

  // One value of a counter, gauge, untyped, info or state-set family.
  virtual void sample(double value, std::span<const Label> labels, const SampleExtras& extras) = 0;
  virtual void histogram(const HistogramValue& value, std::span<const Label> labels) = 0;
  virtual void summary(const SummaryValue& value, std::span<const Label> labels) = 0;

  // As sample(), for a caller that keeps its labels in the text format: `labelText` is empty or
  // `{name="value",…}` with legal ASCII names in sorted order, escaped values and valid UTF-8.
  virtual void preparedSample(double value, std::string_view labelText, const SampleExtras& extras);
  // The same with labels that a sink may hold on to beyond the call.
  virtual void sharedSample(double value, const SharedLabels& labels, const Exemplar* exemplar);
};

// A family that takes single values. Valid until the sink's collection ends; cheap to copy.
class ScalarFamily {
 public:
  explicit ScalarFamily(FamilySink& sink) : sink_(&sink) {}

  void add(double value, std::initializer_list<Label> labels = {}) const {
    sink_->sample(value, {labels.begin(), labels.size()}, {});
  }
  void add(double value, std::span<const Label> labels, const SampleExtras& extras = {}) const {
    sink_->sample(value, labels, extras);
  }
  FamilySink& sink() const { return *sink_; }

 private:
  FamilySink* sink_;
};

class HistogramFamily {
 public:
  explicit HistogramFamily(FamilySink& sink) : sink_(&sink) {}
  void add(const HistogramValue& value, std::initializer_list<Label> labels = {}) const {
    sink_->histogram(value, {labels.begin(), labels.size()});
  }
  void add(const HistogramValue& value, std::span<const Label> labels) const {
    sink_->histogram(value, labels);
  }

 private:
  FamilySink* sink_;
};

class SummaryFamily {
 public:
  explicit SummaryFamily(FamilySink& sink) : sink_(&sink) {}
  void add(const SummaryValue& value, std::initializer_list<Label> labels = {}) const {
    sink_->summary(value, {labels.begin(), labels.size()});
  }
  void add(const SummaryValue& value, std::span<const Label> labels) const {
    sink_->summary(value, labels);
  }

 private:
  FamilySink* sink_;
};

// Takes samples, in any order of families: a source asks for a family by name whenever it has a
// sample for it. Asking again with another type, or with a name that cannot be one, gives a family
// whose samples are left out and counted. One sink serves one thread at a time.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual FamilySink& family(const FamilyHead& head) = 0;

  // As family(), for a source that knows that its series of this family differ from each other.
  // A sink may then skip the search for duplicates while no other source adds to the family.
  virtual FamilySink& uniqueFamily(const FamilyHead& head) { return family(head); }

  ScalarFamily counter(std::string_view name, std::string_view help, std::string_view unit = {}) {
    return ScalarFamily(family({name, help, MetricType::kCounter, unit}));
  }
  ScalarFamily gauge(std::string_view name, std::string_view help, std::string_view unit = {}) {
    return ScalarFamily(family({name, help, MetricType::kGauge, unit}));
  }
  ScalarFamily untyped(std::string_view name, std::string_view help) {
    return ScalarFamily(family({name, help, MetricType::kUntyped, {}}));
  }
  // `name` ends in `_info`; add 1 with the labels that inform.
  ScalarFamily info(std::string_view name, std::string_view help) {
    return ScalarFamily(family({name, help, MetricType::kInfo, {}}));
  }
  // One sample for each state, 1 or 0; the state is the value of a label with the family's name.
  ScalarFamily stateSet(std::string_view name, std::string_view help) {
    return ScalarFamily(family({name, help, MetricType::kStateSet, {}}));
  }
  HistogramFamily histogram(std::string_view name, std::string_view help,
                            std::string_view unit = {}) {
    return HistogramFamily(family({name, help, MetricType::kHistogram, unit}));
  }
  SummaryFamily summary(std::string_view name, std::string_view help, std::string_view unit = {}) {
    return SummaryFamily(family({name, help, MetricType::kSummary, unit}));
  }
};

}  // namespace orchestrator_exporter
