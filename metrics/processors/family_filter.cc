#include "metrics/processors/family_filter.h"

namespace orchestrator_exporter {

FamilyFilter::FamilyFilter(Sink& next, const std::vector<std::string_view>& names)
    : next_(next), names_(names.begin(), names.end()) {}

FamilySink& FamilyFilter::family(const FamilyHead& head) {
  return wanted(head.name) ? next_.family(head) : nowhere_;
}

FamilySink& FamilyFilter::uniqueFamily(const FamilyHead& head) {
  return wanted(head.name) ? next_.uniqueFamily(head) : nowhere_;
}

}  // namespace orchestrator_exporter
