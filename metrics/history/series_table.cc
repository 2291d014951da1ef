#include "metrics/history/series_table.h"

#include <algorithm>

namespace orchestrator_exporter::history {

std::span<const SeriesTable::Entry> SeriesTable::after(SeriesId id) const {
  return {std::ranges::upper_bound(byId_, id, {}, &Entry::first), byId_.end()};
}

Series* SeriesTable::find(SeriesId id) const {
  const auto found = std::ranges::lower_bound(byId_, id, {}, &Entry::first);
  return found == byId_.end() || found->first != id ? nullptr : found->second.get();
}

Series* SeriesTable::find(std::span<const Label> labels, std::uint64_t hash) const {
  const SeriesId id = byLabels_.find(SeriesIndex::folded(hash), [&](SeriesId candidate) {
    return index_.equal(find(candidate)->labels, labels);
  });
  return id == SeriesIndex::kNone ? nullptr : find(id);
}

Series& SeriesTable::add(std::span<const Label> labels, std::uint64_t hash) {
  return add(last_ + 1, labels, hash);
}

Series& SeriesTable::add(SeriesId id, std::span<const Label> labels, std::uint64_t hash) {
  auto made = std::make_unique<Series>();
  Series& series = *made;
  series.id = last_ = id;
  series.hash = SeriesIndex::folded(hash);
  series.labels = index_.add(series.id, labels);
  byId_.emplace_back(series.id, std::move(made));
  byLabels_.insert(series.hash, id);
  return series;
}

void SeriesTable::remove(const std::vector<const Series*>& gone) {
  Postings ids;
  std::vector<ValueId> values;
  for (const Series* series : gone) {
    ids.push_back(series->id);
    const auto own = series->labels.values();
    values.insert(values.end(), own.begin(), own.end());
    byLabels_.erase(series->hash, series->id);
  }
  index_.remove(ids, std::move(values));
  std::erase_if(byId_,
                [&](const Entry& entry) { return std::ranges::binary_search(ids, entry.first); });
}

}  // namespace orchestrator_exporter::history
