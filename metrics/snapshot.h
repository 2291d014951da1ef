#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/base/text_buffer.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// A sink that keeps what it is given, to hand it on later: between threads, to other registries, to
// tests. Keeps samples in their order and makes no checks; exemplars and native buckets are not
// kept. For one thread at a time; a filled one may be replayed by several.
class Snapshot final : public Sink {
 public:
  Snapshot();
  ~Snapshot() override;

  FamilySink& family(const FamilyHead& head) override;

  // Gives everything to another sink, in the order it came.
  void replay(Sink& out) const;
  bool empty() const { return entries_.empty(); }
  // Forgets the samples and keeps the memory of usual amounts.
  void clear();

 private:
  class Family;
  enum class Kind : std::uint8_t { kScalar, kHistogram, kSummary };
  struct Entry {
    const Family* family;
    Kind kind;
    std::uint32_t labelBegin;
    std::uint32_t labelCount;
    std::uint32_t detail;  // index among the histograms or summaries
    double value;
    double created;
  };
  struct StoredLabel {
    std::uint32_t begin;
    std::uint32_t nameBytes;
    std::uint32_t valueBytes;
  };
  struct StoredHistogram {
    std::vector<Bucket> buckets;
    HistogramValue value;
  };
  struct StoredSummary {
    std::vector<Quantile> quantiles;
    SummaryValue value;
  };

  Entry& append(const Family& family, Kind kind, std::span<const Label> labels);
  void replayOne(const Entry& entry, FamilySink& out, std::vector<Label>& labels) const;

  std::unordered_map<std::string_view, std::vector<Family*>> byName_;
  std::deque<std::unique_ptr<Family>> families_;
  std::vector<Entry> entries_;
  std::vector<StoredLabel> labels_;
  TextBuffer texts_;
  std::vector<StoredHistogram> histograms_;
  std::vector<StoredSummary> summaries_;
};

}  // namespace orchestrator_exporter
