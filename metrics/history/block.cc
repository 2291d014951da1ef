#include "metrics/history/block.h"

#include <algorithm>

namespace orchestrator_exporter::history {

void Block::add(SeriesId series, const ColumnWriter& column) {
  entries_.push_back({series, static_cast<std::uint32_t>(bytes_.size()), column.positions()});
  column.write(bytes_);
}

void Block::close() {
  entries_.shrink_to_fit();
  bytes_.shrink_to_fit();
}

std::optional<ColumnReader> Block::find(SeriesId series) const {
  const auto entry = std::ranges::lower_bound(entries_, series, {}, &Entry::series);
  if (entry == entries_.end() || entry->series != series) return std::nullopt;
  const std::size_t end = entry + 1 == entries_.end() ? bytes_.size() : entry[1].begin;
  return ColumnReader(std::span(bytes_).subspan(entry->begin, end - entry->begin),
                      entry->positions);
}

std::size_t Block::heldBytes() const {
  return sizeof *this + times_.capacity() * sizeof(std::int64_t) +
         entries_.capacity() * sizeof(Entry) + bytes_.capacity();
}

}  // namespace orchestrator_exporter::history
