#include "http/remote_write/encoding/reading_extras.h"

#include <cmath>

#include "http/remote_write/encoding/wire.h"
#include "metrics/base/utf8.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::remote_write {

namespace {

std::int64_t milliseconds(double seconds) {
  // Until the year 5138, and nothing before 1970: what else would be a fault of who gave it.
  constexpr double kLatest = 1e11;
  if (!(seconds > 0 && seconds < kLatest)) return 0;
  return static_cast<std::int64_t>(std::floor(seconds * 1000));
}

void addSpans(std::string& out, unsigned field, std::span<const NativeSpan> spans) {
  for (const NativeSpan& span : spans) {
    std::string message;
    wire::addSigned(message, 1, span.offset);
    wire::addNumber(message, 2, span.length);
    wire::addBytes(out, field, message);
  }
}

void addDeltas(std::string& out, unsigned field, std::span<const std::int64_t> deltas) {
  if (deltas.empty()) return;
  std::string packed;
  for (const std::int64_t delta : deltas) {
    wire::addVarint(
        packed, static_cast<std::uint64_t>(delta) << 1 ^ static_cast<std::uint64_t>(delta >> 63));
  }
  wire::addBytes(out, field, packed);
}

// prompb.Histogram; io.prometheus.write.v2.Histogram has the same fields.
std::string encoded(const HistogramValue& value) {
  const NativeBuckets& native = *value.native;
  std::string out;
  wire::addNumber(out, 1, value.count);
  wire::addDouble(out, 3, value.sum);
  wire::addSigned(out, 4, native.schema);
  wire::addDouble(out, 5, native.zeroThreshold);
  wire::addNumber(out, 6, native.zeroCount);
  addSpans(out, 8, native.negativeSpans);
  addDeltas(out, 9, native.negativeDeltas);
  addSpans(out, 11, native.positiveSpans);
  addDeltas(out, 12, native.positiveDeltas);
  return out;
}

// Goes through a reading and counts its places.
class Walk final : public Sink, public FamilySink {
 public:
  Walk(ReadingExtras& extras, const ReadingExtras::Wanted& wanted)
      : extras_(extras), wanted_(wanted) {}

  FamilySink& family(const FamilyHead&) override { return *this; }

  void sample(double, std::span<const Label>, const SampleExtras& extras) override {
    addExemplar(place_, extras.exemplar);
    pass(1, extras.created);
  }
  void preparedSample(double value, std::string_view, const SampleExtras& extras) override {
    sample(value, {}, extras);
  }
  void histogram(const HistogramValue& value, std::span<const Label>) override {
    for (std::size_t i = 0; i < value.buckets.size(); ++i) {
      addExemplar(place_ + static_cast<std::uint32_t>(i), value.buckets[i].exemplar);
    }
    const auto places =
        static_cast<std::uint32_t>(value.buckets.size() + (endsInInfinity(value.buckets) ? 2 : 3));
    if (wanted_.histograms && value.native != nullptr && !isResting(value.sum)) {
      extras_.histograms.push_back({place_ + places - 1, encoded(value)});
    }
    pass(places, value.created);
  }
  void summary(const SummaryValue& value, std::span<const Label>) override {
    pass(static_cast<std::uint32_t>(value.quantiles.size() + 2), value.created);
  }

 private:
  void pass(std::uint32_t places, double created) {
    place_ += places;
    if (wanted_.startTimes) extras_.startTimes.resize(place_, milliseconds(created));
  }

  void addExemplar(std::uint32_t place, const Exemplar* exemplar) {
    // OpenMetrics 1.0, "Exemplars"
    constexpr std::size_t kMostCharacters = 128;
    if (!wanted_.exemplars || exemplar == nullptr) return;
    std::size_t characters = 0;
    std::string labels;
    for (const Label& label : exemplar->labels) {
      if (label.name.empty() || !isUtf8(label.name) || !isUtf8(label.value)) return;
      characters += utf8Length(label.name) + utf8Length(label.value);
      std::string pair;
      wire::addBytes(pair, 1, label.name);
      wire::addBytes(pair, 2, label.value);
      wire::addBytes(labels, 1, pair);
    }
    if (characters > kMostCharacters) return;
    extras_.exemplars.push_back(
        {place, exemplar->value, milliseconds(exemplar->timestamp), std::move(labels)});
  }

  ReadingExtras& extras_;
  const ReadingExtras::Wanted wanted_;
  std::uint32_t place_ = 0;
};

}  // namespace

ReadingExtras::ReadingExtras(const Snapshot& reading, const Wanted& wanted) {
  if (!wanted.exemplars && !wanted.histograms && !wanted.startTimes) return;
  Walk walk(*this, wanted);
  reading.replay(walk);
}

}  // namespace orchestrator_exporter::remote_write
