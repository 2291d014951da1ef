#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition/family_body.h"

namespace orchestrator_exporter {

// What the text formats differ in.
struct TextDialect {
  explicit TextDialect(const ExpositionOptions& options);

  bool openMetrics;   // types, units, exemplars, EOF of OpenMetrics
  bool created;       // write _created lines
  Escaping escaping;  // kAllowUtf8 quotes names that need it
};

// One family in a text format. The lines of a family begin with prepared text, so that writing a
// sample is a few copies and a number.
class TextFamily final : public FamilyBody {
 public:
  TextFamily(const FamilyHead& head, Refusals& refusals, const TextDialect& dialect);

  // All names that its samples can have.
  std::vector<std::string> sampleNames() const;
  // Shown as untyped under the name of its samples, because another family owns its name.
  void fallBackToUntyped();
  void restoreName();
  bool arranged = false;  // its name is settled among the families of the body

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
  std::string_view typeWord() const;
  void appendMetricName(TextBuffer& out, std::string_view name) const;
  void appendMeta(TextBuffer& out, std::string_view name, std::string_view type) const;
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
  void appendDissolved(std::string_view metricName, const Start& start);
  void prepare();

  const TextDialect& dialect_;
  std::string familyName_;
  std::string sampleName_;
  bool untyped_ = false;
  bool dissolved_ = false;  // OpenMetrics refuses it as what it is; shown as untyped families
  Start sample_, bucket_, sum_, count_, created_;
  TextBuffer header_;
  TextBuffer inner_;
  TextBuffer dissolvedBody_;
};

}  // namespace orchestrator_exporter
