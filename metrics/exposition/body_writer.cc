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

// Two families must not give series of one name: a histogram or summary x gives x_bucket, x_sum and
// x_count, and escaping can make two names one. Who comes second is left out, the same in every
// format. The outcome depends only on which families there are, so it is kept while they stay.
void BodyWriter::arrange(std::vector<FamilyBody*>& families) {
  const auto settled = [](const FamilyBody* family) { return family->isSettled(); };
  if (families != arranged_ || !std::all_of(families.begin(), families.end(), settled)) {
    settleNames(families);
    arranged_ = families;
  }
  if (nameless_.empty()) return;
  refusals_.typeConflicts += nameless_.size();
  std::erase_if(families, [&](FamilyBody* family) { return nameless_.contains(family); });
}

void BodyWriter::settleNames(const std::vector<FamilyBody*>& families) {
  std::unordered_set<std::string> taken;
  const auto claim = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (taken.contains(name)) return false;
    }
    taken.insert(names.begin(), names.end());
    return true;
  };
  nameless_.clear();
  // Those with several names first: they lose more.
  for (const bool several : {true, false}) {
    for (FamilyBody* family : families) {
      const std::vector<std::string> names = family->seriesNames();
      if ((names.size() > 1) == several && !claim(names)) nameless_.insert(family);
    }
  }
  for (FamilyBody* family : families) {
    const bool apart = !nameless_.contains(family) && !claim(family->reservedNames());
    family->settle(apart);
  }
}

std::vector<std::string_view> BodyWriter::finish() {
  std::vector<FamilyBody*> families;
  families.reserve(sorted_.size());
  for (FamilyBody* family : sorted_) {
    if (family->empty()) continue;
    family->dropDuplicates();
    families.push_back(family);
  }
  arrange(families);
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
