#include "metrics/history/series_table.h"

namespace orchestrator_exporter::history {

Series* SeriesTable::find(SeriesId id) const {
  const auto found = byId_.find(id);
  return found == byId_.end() ? nullptr : found->second.get();
}

Series* SeriesTable::find(std::span<const Label> labels, std::uint64_t hash) const {
  const auto [begin, end] = byLabels_.equal_range(hash);
  for (auto at = begin; at != end; ++at) {
    if (LabelIndex::equal(at->second->labels, labels)) return at->second;
  }
  return nullptr;
}

Series& SeriesTable::add(std::span<const Label> labels, std::uint64_t hash) {
  return add(last_ + 1, labels, hash);
}

Series& SeriesTable::add(SeriesId id, std::span<const Label> labels, std::uint64_t hash) {
  auto made = std::make_unique<Series>();
  Series& series = *made;
  series.id = last_ = id;
  series.hash = hash;
  series.labels = index_.add(series.id, labels);
  byId_.emplace_hint(byId_.end(), series.id, std::move(made));
  byLabels_.emplace(hash, &series);
  return series;
}

void SeriesTable::remove(const std::vector<const Series*>& gone) {
  Postings ids;
  std::vector<const LabelIndex::Value*> labels;
  for (const Series* series : gone) {
    ids.push_back(series->id);
    labels.insert(labels.end(), series->labels.begin(), series->labels.end());
    auto [at, end] = byLabels_.equal_range(series->hash);
    while (at != end && at->second != series) ++at;
    byLabels_.erase(at);
  }
  index_.remove(ids, std::move(labels));
  for (const SeriesId id : ids) byId_.erase(id);
}

}  // namespace orchestrator_exporter::history
