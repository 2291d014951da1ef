#pragma once

#include <string_view>
#include <unordered_set>
#include <vector>

#include "metrics/processors/no_samples.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// Passes the families with exactly these names on to another sink and forgets the others. The sink
// and the names must outlive it; for one thread at a time, as any sink.
class FamilyFilter final : public Sink {
 public:
  FamilyFilter(Sink& next, const std::vector<std::string_view>& names);

  FamilySink& family(const FamilyHead& head) override;
  FamilySink& uniqueFamily(const FamilyHead& head) override;

 private:
  bool wanted(std::string_view name) const { return names_.contains(name); }

  Sink& next_;
  std::unordered_set<std::string_view> names_;
  NoSamples nowhere_;
};

}  // namespace orchestrator_exporter
