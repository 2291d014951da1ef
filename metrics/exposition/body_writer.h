#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "metrics/base/text_buffer.h"
#include "metrics/exposition/exposition.h"
#include "metrics/exposition/family_body.h"

namespace orchestrator_exporter {

// Keeps the families of one body, by name.
class BodyWriter : public ExpositionWriter {
 public:
  FamilySink& family(const FamilyHead& head) override { return find(head, false); }
  FamilySink& uniqueFamily(const FamilyHead& head) override { return find(head, true); }
  std::vector<std::string_view> finish() override;
  const Refusals& refusals() const override { return refusals_; }
  void clear() override;

 protected:
  virtual std::unique_ptr<FamilyBody> makeFamily(const FamilyHead& head, Refusals& refusals) = 0;
  virtual std::string_view trailer() const { return {}; }

 private:
  // Takes what cannot be taken, and counts it.
  class Refuse final : public FamilySink {
   public:
    explicit Refuse(std::uint64_t& counter) : counter_(counter) {}
    void sample(double, std::span<const Label>, const SampleExtras&) override { ++counter_; }
    void histogram(const HistogramValue&, std::span<const Label>) override { ++counter_; }
    void summary(const SummaryValue&, std::span<const Label>) override { ++counter_; }
    void preparedSample(double, std::string_view, const SampleExtras&) override { ++counter_; }

   private:
    std::uint64_t& counter_;
  };

  FamilySink& find(const FamilyHead& head, bool unique);
  FamilyBody& lookUp(const FamilyHead& head);
  void arrange(std::vector<FamilyBody*>& families);
  void settleNames(const std::vector<FamilyBody*>& families);
  std::vector<std::string_view> join(const std::vector<std::string_view>& parts);

  Refusals refusals_;
  Refuse typeConflict_{refusals_.typeConflicts};
  Refuse invalidName_{refusals_.invalid};
  std::unordered_map<std::string_view, std::unique_ptr<FamilyBody>> families_;
  std::vector<FamilyBody*> sorted_;
  std::vector<FamilyBody*> arranged_;               // whose names were settled last,
  std::unordered_set<const FamilyBody*> nameless_;  // and those of them whose names others have
  FamilyBody* lastAsked_ = nullptr;
  FamilyBody* firstAsked_ = nullptr;
  TextBuffer joined_;
};

}  // namespace orchestrator_exporter
