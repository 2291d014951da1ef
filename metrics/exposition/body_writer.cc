#include "metrics/exposition/body_writer.h"

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

// Bodies up to this size are handed out in one piece.
constexpr std::size_t kJoinBelow = std::size_t{4} << 20;
// A family that this many bodies did without is forgotten.
constexpr std::uint32_t kForgetAfter = 64;

}  // namespace

FamilySink& BodyWriter::find(const FamilyHead& head, bool unique) {
  if (head.name.empty() || !isUtf8(head.name)) return invalidName_;
  FamilyBody& found = lookUp(head);
  if (!found.inUse) {
    found.begin(head, unique);
  } else if (found.type() != head.type) {
    return typeConflict_;
  } else {
    found.join();
  }
  return found;
}

// Sources ask for the same families in the same order body after body, so the family that was asked
// for next the last time is looked at before the table.
FamilyBody& BodyWriter::lookUp(const FamilyHead& head) {
  FamilyBody*& guess = lastAsked_ != nullptr ? lastAsked_->asked : firstAsked_;
  if (guess == nullptr || guess->name() != head.name) {
    const auto known = families_.find(head.name);
    if (known != families_.end()) {
      guess = known->second.get();
    } else {
      auto made = makeFamily(head, refusals_);
      guess = made.get();
      families_.emplace(guess->name(), std::move(made));
      const auto place = std::lower_bound(
          sorted_.begin(), sorted_.end(), guess->name(),
          [](const FamilyBody* family, std::string_view name) { return family->name() < name; });
      sorted_.insert(place, guess);
    }
  }
  lastAsked_ = guess;
  return *guess;
}

// A histogram or summary `x` gives samples x_bucket, x_sum, x_count: families of those names would
// be read as part of it.
void BodyWriter::refuseSuffixCollisions(std::vector<FamilyBody*>& families) {
  const auto hidden = [&](const FamilyBody* family) {
    if (family->type() == MetricType::kHistogram) return false;  // has no sample of its bare name
    if (family->name().back() != 't' && family->name().back() != 'm') return false;
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
      if (!family->name().ends_with(suffix)) continue;
      const auto base =
          families_.find(family->name().substr(0, family->name().size() - suffix.size()));
      if (base == families_.end() || base->second->empty()) continue;
      const MetricType type = base->second->type();
      if (type == MetricType::kHistogram) return true;
      if (type == MetricType::kSummary && suffix != "_bucket") return true;
    }
    return false;
  };
  const auto kept = std::remove_if(families.begin(), families.end(), [&](FamilyBody* family) {
    if (!hidden(family)) return false;
    ++refusals_.typeConflicts;
    return true;
  });
  families.erase(kept, families.end());
}

void BodyWriter::arrange(std::vector<FamilyBody*>&, Refusals&) {}

std::vector<std::string_view> BodyWriter::finish() {
  std::vector<FamilyBody*> families;
  families.reserve(sorted_.size());
  for (FamilyBody* family : sorted_) {
    if (family->empty()) continue;
    family->dropDuplicates();
    families.push_back(family);
  }
  refuseSuffixCollisions(families);
  arrange(families, refusals_);
  std::vector<std::string_view> parts;
  parts.reserve(2 * families.size() + 1);
  for (FamilyBody* family : families) {
    parts.push_back(family->header());
    parts.push_back(family->body());
  }
  parts.push_back(trailer());
  return join(parts);
}

std::vector<std::string_view> BodyWriter::join(const std::vector<std::string_view>& parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  if (size > kJoinBelow) return parts;
  for (const std::string_view part : parts) joined_.append(part);
  return {joined_.view()};
}

void BodyWriter::clear() {
  for (FamilyBody* family : sorted_) family->clear();
  const auto idle = [](const FamilyBody* family) { return family->idleBodies > kForgetAfter; };
  if (std::any_of(sorted_.begin(), sorted_.end(), idle)) {
    for (FamilyBody* family : sorted_) family->asked = nullptr;
    firstAsked_ = nullptr;
    const auto gone = std::stable_partition(sorted_.begin(), sorted_.end(),
                                            [&](FamilyBody* family) { return !idle(family); });
    for (auto it = gone; it != sorted_.end(); ++it) families_.erase((*it)->name());
    sorted_.erase(gone, sorted_.end());
  }
  lastAsked_ = nullptr;
  refusals_ = {};
  joined_.clear();
}

}  // namespace orchestrator_exporter
