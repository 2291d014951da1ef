#include "metrics/series_cache.h"

namespace exporter {

void SeriesCache::clear() {
  slots_.assign(64, {});
  entries_.clear();
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

}  // namespace exporter
