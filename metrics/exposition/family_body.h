#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/base/text_buffer.h"
#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// One family of a body in the making: the encoded samples so far, in the order they came in. What a
// format makes of a sample is in the classes derived from it.
class FamilyBody : public FamilySink {
 public:
  FamilyBody(const FamilyHead& head, Refusals& refusals, Escaping escaping);

  std::string_view name() const { return name_; }
  // The name as this body spells it.
  const std::string& shownName() const { return shownName_; }
  std::string_view help() const { return help_; }
  std::string_view unit() const { return unit_; }
  MetricType type() const { return type_; }
  bool empty() const { return marks_.empty(); }

  void sample(double value, std::span<const Label> labels, const SampleExtras& extras) final;
  void histogram(const HistogramValue& value, std::span<const Label> labels) final;
  void summary(const SummaryValue& value, std::span<const Label> labels) final;
  void preparedSample(double value, std::string_view labelText, const SampleExtras& extras) final;

  // Starts the family again for this body; `unique` as in Sink::uniqueFamily.
  void begin(const FamilyHead& head, bool unique);
  // A further source asks for the family of this body.
  void join() { checkDuplicates_ = true; }
  // Leaves out later samples of series that came before.
  void dropDuplicates();

  // The names that it takes among the families of a body: its own and those of its series, as the
  // body spells them. They do not depend on the format.
  std::vector<std::string> seriesNames() const;
  // What the format counts as taken beyond them while the family is shown as what it is.
  virtual std::vector<std::string> reservedNames() const { return {}; }
  // Whether it is shown as one family of unknown type for each name of its series, because another
  // family has a name that it would reserve.
  bool isApart() const { return apart_; }
  // Its place among the families of the body, until its head changes.
  void settle(bool apart) {
    apart_ = apart;
    settled_ = true;
  }
  bool isSettled() const { return settled_; }

  // Everything but the samples; called once all samples are there and the names are settled.
  virtual std::string_view header() = 0;
  virtual std::string_view body() { return body_.view(); }
  void clear();

  bool inUse = false;            // asked for since the last clear()
  std::uint32_t idleBodies = 0;  // clears since it was last asked for
  FamilyBody* asked = nullptr;   // the family that was asked for after this one last time

 protected:
  // The encoders append to body_ and return where in it the labels lie, which tell one series from
  // another; labels are sorted by name, names differ.
  struct Key {
    std::size_t begin;
    std::size_t end;
  };
  virtual Key encodeSample(double value, std::span<const Label> labels,
                           const SampleExtras& extras) = 0;
  virtual Key encodePrepared(double value, std::string_view labelText,
                             const SampleExtras& extras) = 0;
  virtual Key encodeHistogram(const HistogramValue& value, std::span<const Label> labels) = 0;
  virtual Key encodeSummary(const SummaryValue& value, std::span<const Label> labels) = 0;
  // The head has changed, and with it whatever was prepared from it.
  virtual void headChanged() = 0;
  // The samples were forgotten, for the next body.
  virtual void bodyCleared() {}

  TextBuffer body_;

 private:
  struct Mark {
    std::uint32_t begin;
    std::uint32_t keyBegin;
    std::uint32_t keyEnd;
  };

  bool isScalar() const { return type_ != MetricType::kHistogram && type_ != MetricType::kSummary; }
  std::string_view key(const Mark& mark) const { return body_.view(mark.keyBegin, mark.keyEnd); }
  std::vector<bool> findDuplicates() const;
  bool hasDuplicateAmongFew() const;
  void mark(std::size_t begin, Key key);
  template <typename Encode>
  void encode(std::span<const Label> labels, Encode encodeOne);

  std::string name_;
  std::string shownName_;
  std::string help_;
  std::string unit_;
  MetricType type_;
  bool checkDuplicates_ = true;
  bool apart_ = false;
  bool settled_ = false;
  const Escaping escaping_;
  Refusals& refusals_;
  std::vector<Mark> marks_;
};

}  // namespace orchestrator_exporter
