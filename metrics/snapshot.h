#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "metrics/base/text_buffer.h"
#include "metrics/sink.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// Whether the bucket of all observations is among them.
bool endsInInfinity(std::span<const Bucket> buckets);

// Samples that are kept: a Sink while it is filled, a Source afterwards, to hand them on between
// threads, to other registries, to listeners of a reading. Keeps all that it is given (prepared
// label texts, exemplars, native buckets) in its order and makes no checks: two samples of one
// series stay two. For one thread at a time while it is filled; a filled one may be read by
// several.
class Snapshot final : public Sink, public Source {
 public:
  Snapshot();
  ~Snapshot() override;

  FamilySink& family(const FamilyHead& head) override { return ask(head, Kind::kAsk); }
  FamilySink& uniqueFamily(const FamilyHead& head) override { return ask(head, Kind::kAskUnique); }

  // Gives everything to another sink, in the order it came.
  void replay(Sink& out) const;
  void collect(Sink& out) override { replay(out); }
  // The same for histograms with native buckets alone.
  void replayNatives(Sink& out) const;
  bool hasNatives() const { return !natives_.empty(); }
  // The same for what has an exemplar alone.
  void replayExemplars(Sink& out) const;
  bool hasExemplars() const { return !exemplars_.empty(); }
  bool empty() const { return samples_ == 0; }
  // How many samples, histograms and summaries there are.
  std::size_t size() const { return samples_; }
  // Forgets the samples and keeps the memory of usual amounts.
  void clear();

  // When it was read, and how long that took; set by who makes the reading.
  std::chrono::system_clock::time_point time = {};
  std::chrono::duration<double> took = {};

  // Appends the value of each series, as the text format spells them, in the order of replay(): of
  // a histogram those of its buckets (of +Inf too, whether it was given or not), its sum and its
  // count; of a summary those of its quantiles, its sum and its count.
  void appendValues(std::vector<double>& values) const;

  // Finds out which layout it has; to be called when all samples are there.
  void findLayout();
  // Snapshots of one layout have the same series in the same order, of buckets and quantiles too,
  // and describe their families alike: as far as a hash of 64 bits with a secret seed can tell.
  // Those whose layout was not found each have their own.
  std::uint64_t layout() const { return layout_; }

 private:
  class Family;
  enum class Kind : std::uint8_t {
    kAsk,
    kAskUnique,
    kScalar,
    kPrepared,
    kShared,
    kHistogram,
    kSummary
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct LabelRange {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
  };
  // Labels one after the other, with their texts.
  class Labels {
   public:
    LabelRange keep(std::span<const Label> labels);
    LabelRange keepText(std::string_view text);  // a range of bytes
    void load(LabelRange range, std::vector<Label>& labels) const;
    std::string_view text(LabelRange range) const;
    void clear();
    std::size_t capacity() const { return texts_.capacity(); }
    std::uint64_t hash(std::uint64_t seed) const;

   private:
    struct Stored {
      std::uint32_t begin;
      std::uint32_t nameBytes;
      std::uint32_t valueBytes;
    };
    static_assert(std::has_unique_object_representations_v<Stored>);
    std::vector<Stored> all_;
    TextBuffer texts_;
  };
  // A family that was asked for, or a sample of one. For kPrepared the labels are a range of bytes.
  // For kShared it is a row of samples, and the labels are a range of these.
  struct Entry {
    Family* family;
    Kind kind;
    LabelRange labels;
    std::uint32_t detail;  // index among the histograms, the summaries or a scalar's exemplars
    double value;
    double created;
  };
  struct StoredExemplar {
    LabelRange labels;
    double value;
    double timestamp;
  };
  struct SharedSample {
    SharedLabels labels;
    double value;
  };
  struct StoredNative;
  struct StoredHistogram {
    std::vector<Bucket> buckets;
    std::vector<std::uint32_t> exemplars;  // of each bucket, or empty if none has one
    std::uint32_t native;                  // kNone without
    HistogramValue value;
  };
  struct StoredSummary {
    std::vector<Quantile> quantiles;
    SummaryValue value;
  };

  FamilySink& ask(const FamilyHead& head, Kind kind);
  Family& find(const FamilyHead& head);
  std::uint32_t keep(const Exemplar* exemplar);
  Entry& append(Family& family, Kind kind, std::span<const Label> labels);
  void append(Family& family, SharedSample sample, const Exemplar* exemplar);
  // None unless it is a row of them.
  std::span<const SharedSample> sharedOf(const Entry& entry) const {
    if (entry.kind != Kind::kShared) return {};
    return std::span(shared_).subspan(entry.labels.begin, entry.labels.count);
  }
  void replayHistogram(const Entry& entry, FamilySink& out, std::vector<Label>& labels) const;
  std::uint64_t addBounds(const Entry& entry, std::uint64_t hash) const;
  static std::uint64_t newLayout();
  bool hasExemplar(const Entry& entry) const;
  void give(const Entry& entry, FamilySink& out, std::vector<Label>& labels) const;

  std::unordered_map<std::string_view, std::vector<Family*>> byName_;
  std::deque<std::unique_ptr<Family>> families_;
  Family* lastAsked_ = nullptr;
  std::size_t samples_ = 0;
  std::vector<Entry> entries_;
  std::vector<SharedSample> shared_;
  Labels labels_;
  Labels exemplarLabels_;  // apart, because they differ from reading to reading
  std::vector<StoredExemplar> exemplars_;
  std::vector<StoredHistogram> histograms_;
  std::vector<StoredNative> natives_;
  std::vector<StoredSummary> summaries_;
  std::uint64_t layout_ = newLayout();
};

}  // namespace orchestrator_exporter
