#include "metrics/recording/series_cache.h"

#include <utility>

namespace orchestrator_exporter {

Pending& SeriesCache::insert(std::uint64_t hash, std::uint8_t kind,
                             std::span<const std::string_view> identifiers,
                             std::unique_ptr<Pending> pending) {
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  Entry& entry = *entries_.emplace_back(std::make_unique<Entry>());
  entry.kind = kind;
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    entry.text += identifiers[i];
    entry.sizes[i] = identifiers[i].size();
  }
  textSize_ += entry.text.size();
  entry.pending = std::move(pending);
  place({hash, &entry});
  return *entry.pending;
}

void SeriesCache::clear() {
  slots_.assign(kFewest, {});
  entries_.clear();
  textSize_ = 0;
}

void SeriesCache::place(Slot slot) {
  std::size_t at = home(slot.hash);
  while (slots_[at].entry != nullptr) at = next(at);
  slots_[at] = slot;
}

void SeriesCache::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.entry != nullptr) place(slot);
  }
}

}  // namespace orchestrator_exporter
