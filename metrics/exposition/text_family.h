#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition/family_body.h"
#include "metrics/exposition/text_head.h"

namespace orchestrator_exporter {

// One family in a text format. The lines of a family begin with prepared text, so that writing a
// sample is a few copies and a number.
class TextFamily final : public FamilyBody {
 public:
  TextFamily(const FamilyHead& head, Refusals& refusals, const TextDialect& dialect);

  // OpenMetrics knows the counter `x_total` as the family x, the info `x_info` likewise, and keeps
  // the name with `_created` for what has such a time.
  std::vector<std::string> reservedNames() const override;
  std::string_view header() override;
  std::string_view body() override;

 protected:
  Key encodeSample(double value, std::span<const Label> labels,
                   const SampleExtras& extras) override;
  Key encodePrepared(double value, std::string_view labelText, const SampleExtras& extras) override;
  Key encodeHistogram(const HistogramValue& value, std::span<const Label> labels) override;
  Key encodeSummary(const SummaryValue& value, std::span<const Label> labels) override;
  void headChanged() override;
  void bodyCleared() override;

 private:
  // How the lines of one sample name begin: up to the first label, and whole where there is none.
  struct Start {
    std::string open;
    std::string bare;
  };

  Start startOf(std::string_view name) const;
  void appendLabels(TextBuffer& out, std::span<const Label> labels) const;
  Key appendStart(const Start& start, std::string_view inner);
  void appendBounded(const Start& start, std::string_view inner, std::string_view label,
                     double bound);
  void appendValue(double value);
  void appendExemplar(const Exemplar* exemplar, double above, double upTo);
  void appendCreated(double created, std::string_view inner);
  void appendBuckets(const HistogramValue& value, std::string_view inner);
  Key appendTotals(double sum, std::uint64_t count, double created);
  Key finishSample(double value, Key key, const SampleExtras& extras);
  void appendUnknown(std::string_view name, const Start& start);
  void prepare();

  const TextDialect& dialect_;
  MetricType shownType_;
  std::string familyName_;  // what TYPE names: without the suffix that OpenMetrics leaves out
  bool unfit_ = false;      // OpenMetrics refuses values of this body as what they are
  Start sample_, bucket_, sum_, count_, created_;
  TextBuffer header_;
  TextBuffer inner_;
  TextBuffer unknownBody_;
};

}  // namespace orchestrator_exporter
