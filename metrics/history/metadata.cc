#include "metrics/history/metadata.h"

#include <deque>
#include <map>
#include <string>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

using ByName = std::map<std::string, MetricMetadata, std::less<>>;

class Family final : public FamilySink {
 public:
  Family(const FamilyHead& head, ByName& found) : head_(head), found_(found) {}

  void sample(double, std::span<const Label>, const SampleExtras&) override { add(); }
  void preparedSample(double, std::string_view, const SampleExtras&) override { add(); }
  void histogram(const HistogramValue&, std::span<const Label>) override { add(); }
  void summary(const SummaryValue&, std::span<const Label>) override { add(); }

 private:
  void add() {
    if (std::exchange(isAdded_, true) || found_.contains(head_.name)) return;
    found_.emplace(head_.name, MetricMetadata{std::string(head_.name), head_.type,
                                              std::string(head_.help), std::string(head_.unit)});
  }

  const FamilyHead head_;
  ByName& found_;
  bool isAdded_ = false;
};

// Takes the heads alone.
class Heads final : public Sink {
 public:
  FamilySink& family(const FamilyHead& head) override {
    return families_.emplace_back(head, byName);
  }
  ByName byName;

 private:
  std::deque<Family> families_;
};

}  // namespace

std::vector<MetricMetadata> metadataOf(const Snapshot& reading) {
  Heads heads;
  reading.replay(heads);
  std::vector<MetricMetadata> all;
  for (auto& [name, metadata] : heads.byName) all.push_back(std::move(metadata));
  return all;
}

}  // namespace orchestrator_exporter::history
