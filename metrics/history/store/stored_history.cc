#include "metrics/history/store/stored_history.h"

#include <algorithm>

#include "metrics/history/head_query.h"
#include "metrics/history/joined.h"

namespace orchestrator_exporter::history {

Selected StoredHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected newer = head_->select(selection, maxSamples);
  // Asked for after the samples, so that what the head forgets meanwhile comes from the store.
  const std::int64_t oldest = head_->oldestReading();
  const std::int64_t readingsUntil = oldest == Selection::kNewest ? oldest : oldest - 1;
  Selected older = store_->select(selection, readingsUntil, maxSamples);
  if (older.series.empty()) return newer;
  return {joined(std::move(older.series), std::move(newer.series), maxSamples), older.coarse};
}

std::vector<LabelSet> StoredHistory::series(const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->series(filter);
  return joined(HeadQuery(file->series()).series(filter), head_->series(filter), filter.limit);
}

std::vector<std::string> StoredHistory::labelNames(const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->labelNames(filter);
  return joined(HeadQuery(file->series()).labelNames(filter), head_->labelNames(filter),
                filter.limit);
}

std::vector<std::string> StoredHistory::labelValues(std::string_view name,
                                                    const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->labelValues(name, filter);
  return joined(HeadQuery(file->series()).labelValues(name, filter),
                head_->labelValues(name, filter), filter.limit);
}

}  // namespace orchestrator_exporter::history
