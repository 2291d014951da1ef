#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "metrics/history/index/label_index.h"
#include "metrics/history/series.h"
#include "metrics/series_index.h"

namespace orchestrator_exporter::history {

// All series of the head, by number, by labels, and by each of their labels. Not thread-safe.
class SeriesTable {
 public:
  using Entry = std::pair<SeriesId, std::unique_ptr<Series>>;

  // Null if there is none. Labels are as in a LabelSet.
  Series* find(SeriesId id) const;
  Series* find(std::span<const Label> labels, std::uint64_t hash) const;
  // The labels must not be in the table. Valid until it is removed.
  Series& add(std::span<const Label> labels, std::uint64_t hash);
  // The same with a number that is greater than all before it.
  Series& add(SeriesId id, std::span<const Label> labels, std::uint64_t hash);
  // In the order of their numbers.
  void remove(const std::vector<const Series*>& gone);

  // In the order of their numbers.
  std::span<const Entry> all() const { return byId_; }
  // Those with a greater number.
  std::span<const Entry> after(SeriesId id) const;
  std::size_t size() const { return byId_.size(); }
  const LabelIndex& index() const { return index_; }

 private:
  std::vector<Entry> byId_;
  SeriesIndex byLabels_;
  LabelIndex index_;
  SeriesId last_ = 0;
};

}  // namespace orchestrator_exporter::history
