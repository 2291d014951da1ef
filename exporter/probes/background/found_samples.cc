#include "exporter/probes/background/found_samples.h"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace orchestrator_exporter::probes {

namespace {

// A family with its texts, for as long as the program runs: there are some dozens.
struct KeptFamily {
  explicit KeptFamily(const FamilyHead& found)
      : name(found.name), help(found.help), unit(found.unit), head{name, help, found.type, unit} {}
  KeptFamily(const KeptFamily&) = delete;
  KeptFamily& operator=(const KeptFamily&) = delete;

  const std::string name;
  const std::string help;
  const std::string unit;
  const FamilyHead head;
};

const FamilyHead& keptFamily(const FamilyHead& head) {
  using Key = std::tuple<std::string_view, std::string_view, MetricType, std::string_view>;
  static std::mutex mutex;
  static std::map<Key, std::unique_ptr<const KeptFamily>> families;
  const auto keyOf = [](const FamilyHead& of) { return Key(of.name, of.help, of.type, of.unit); };
  const std::lock_guard lock(mutex);
  const auto found = families.find(keyOf(head));
  if (found != families.end()) return found->second->head;
  auto made = std::make_unique<const KeptFamily>(head);
  const FamilyHead& kept = made->head;
  families.emplace(keyOf(kept), std::move(made));
  return kept;
}

}  // namespace

// Takes one sample after the other.
class FoundSamples::Keeper final : public Sink {
 public:
  explicit Keeper(FoundSamples& to) : family_(to) {}
  FamilySink& family(const FamilyHead& head) override;

 private:
  class Family final : public FamilySink {
   public:
    explicit Family(FoundSamples& to) : to_(to) {}

    void sample(double value, std::span<const Label> labels, const SampleExtras&) override {
      to_.samples_.push_back({asked, value, static_cast<std::uint32_t>(to_.labels_.size()),
                              static_cast<std::uint32_t>(labels.size())});
      for (const Label& label : labels) {
        keep(label.name);
        keep(label.value);
      }
    }
    void histogram(const HistogramValue&, std::span<const Label>) override {}
    void summary(const SummaryValue&, std::span<const Label>) override {}

    const FamilyHead* asked = nullptr;

   private:
    void keep(std::string_view text) {
      to_.labels_.push_back(
          {static_cast<std::uint32_t>(to_.texts_.size()), static_cast<std::uint32_t>(text.size())});
      to_.texts_ += text;
    }

    FoundSamples& to_;
  };

  Family family_;
};

FamilySink& FoundSamples::Keeper::family(const FamilyHead& head) {
  family_.asked = &keptFamily(head);
  return family_;
}

FoundSamples::FoundSamples(const Snapshot& snapshot) {
  Keeper keeper(*this);
  samples_.reserve(snapshot.size());
  snapshot.replay(keeper);
  labels_.shrink_to_fit();
  texts_.shrink_to_fit();
}

void FoundSamples::replay(Sink& out) const {
  std::vector<Label> labels;
  const auto text = [&](std::size_t index) {
    return std::string_view(texts_).substr(labels_[index].begin, labels_[index].size);
  };
  for (const Sample& sample : samples_) {
    labels.clear();
    for (std::uint32_t i = 0; i < sample.labels; ++i) {
      labels.push_back({text(sample.firstLabel + 2 * i), text(sample.firstLabel + 2 * i + 1)});
    }
    out.family(*sample.family).sample(sample.value, labels, {});
  }
}

}  // namespace orchestrator_exporter::probes
