#include "metrics/history/families.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

using ByName = std::map<std::string_view, FamilyHead>;

class Family final : public FamilySink {
 public:
  Family(const FamilyHead& head, ByName& found) : head_(head), found_(found) {}

  void sample(double, std::span<const Label>, const SampleExtras&) override { add(); }
  void preparedSample(double, std::string_view, const SampleExtras&) override { add(); }
  void histogram(const HistogramValue&, std::span<const Label>) override { add(); }
  void summary(const SummaryValue&, std::span<const Label>) override { add(); }

 private:
  void add() {
    if (!std::exchange(isAdded_, true)) found_.emplace(head_.name, head_);
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

std::vector<std::string> seriesNamesOf(const FamilyHead& family) {
  std::vector<std::string> names{std::string(family.name)};
  const bool isHistogram = family.type == MetricType::kHistogram;
  if (isHistogram) names.push_back(names.front() + "_bucket");
  if (isHistogram || family.type == MetricType::kSummary) {
    names.insert(names.end(), {names.front() + "_sum", names.front() + "_count"});
  }
  return names;
}

}  // namespace

std::vector<FamilyHead> familiesOf(const Snapshot& reading) {
  Heads heads;
  reading.replay(heads);
  std::vector<FamilyHead> families;
  families.reserve(heads.byName.size());
  for (const auto& [name, head] : heads.byName) families.push_back(head);
  return families;
}

std::unordered_set<std::string> namelessAmong(std::span<const FamilyHead> families) {
  std::unordered_set<std::string> taken;
  std::unordered_set<std::string> nameless;
  for (const bool several : {true, false}) {
    for (const FamilyHead& family : families) {
      const std::vector<std::string> names = seriesNamesOf(family);
      if ((names.size() > 1) != several) continue;
      const auto isTaken = [&](const std::string& name) { return taken.contains(name); };
      if (std::ranges::any_of(names, isTaken)) {
        nameless.insert(names.front());
      } else if (several) {
        taken.insert(names.begin(), names.end());
      }
    }
  }
  return nameless;
}

std::vector<MetricMetadata> metadataOf(const Snapshot& reading) {
  std::vector<MetricMetadata> all;
  for (const FamilyHead& head : familiesOf(reading)) {
    all.push_back(
        {std::string(head.name), head.type, std::string(head.help), std::string(head.unit)});
  }
  return all;
}

}  // namespace orchestrator_exporter::history
