#include "metrics/series_index.h"

#include <random>
#include <utility>

#include "metrics/base/string_hash.h"

namespace orchestrator_exporter {

SeriesIndex::SeriesIndex() : seed_(std::random_device{}()) {}

std::uint32_t SeriesIndex::hash(std::string_view labelText) const {
  return folded(hashString(labelText, seed_));
}

void SeriesIndex::insert(std::uint32_t hash, std::uint32_t slot) {
  if (isFull()) grow();
  place({hash, slot});
  ++size_;
}

void SeriesIndex::erase(std::uint32_t hash, std::uint32_t slot) {
  std::size_t hole = home(hash);
  while (entries_[hole].slot != slot) hole = next(hole);
  entries_[hole] = {};
  --size_;
  // Entries behind the hole move up where it lies between their home and their place, so that a
  // search never ends too early and no marks of erased entries pile up.
  for (std::size_t at = next(hole); entries_[at].slot != kNone; at = next(at)) {
    const std::size_t mask = entries_.size() - 1;
    const std::size_t distance = (at - home(entries_[at].hash)) & mask;
    if (distance < ((at - hole) & mask)) continue;
    entries_[hole] = std::exchange(entries_[at], {});
    hole = at;
  }
}

void SeriesIndex::place(Entry entry) {
  std::size_t at = home(entry.hash);
  while (entries_[at].slot != kNone) at = next(at);
  entries_[at] = entry;
}

void SeriesIndex::grow() {
  std::vector<Entry> old(entries_.empty() ? 16 : entries_.size() * 2);
  old.swap(entries_);
  for (const Entry& entry : old) {
    if (entry.slot != kNone) place(entry);
  }
}

}  // namespace orchestrator_exporter
