#include "metrics/history/blocks.h"

#include <limits>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

// Longer ones compress better, and go later.
constexpr std::size_t kReadingsOfBlock = 120;

}  // namespace

void Blocks::begin(std::int64_t time, const SeriesTable& table) {
  const bool isFull = openTimes_.size() == kReadingsOfBlock ||
                      (!openTimes_.empty() && time - openTimes_.front() >= span_);
  if (isFull) close(table);
  openTimes_.push_back(time);
}

void Blocks::close(const SeriesTable& table) {
  auto block = std::make_shared<Block>(openNumber_, openTimes_);
  for (const auto& [id, series] : table.all()) {
    if (series->column.empty()) continue;
    block->add(id, series->column);
    series->column.clear();
  }
  block->close();
  closed_.push_back(std::move(block));
  openTimes_.clear();
  ++openNumber_;
}

void Blocks::expire(std::int64_t cutoff) {
  std::erase_if(closed_, [&](const auto& block) { return block->times().back() < cutoff; });
}

void Blocks::clear(const SeriesTable& table) {
  closed_.clear();
  openTimes_.clear();
  ++openNumber_;
  for (const auto& [id, series] : table.all()) series->column.clear();
}

std::int64_t Blocks::oldest() const {
  if (!closed_.empty()) return closed_.front()->times().front();
  return openTimes_.empty() ? std::numeric_limits<std::int64_t>::max() : openTimes_.front();
}

std::size_t Blocks::heldBytes() const {
  std::size_t bytes = openTimes_.capacity() * sizeof(std::int64_t);
  for (const auto& block : closed_) bytes += block->heldBytes();
  return bytes;
}

}  // namespace orchestrator_exporter::history
