#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace orchestrator_exporter::history {

// Series have numbers that rise in the order in which they came, and are never given twice.
using SeriesId = std::uint32_t;
// Numbers of series, sorted, each once.
using Postings = std::vector<SeriesId>;

Postings intersect(std::span<const SeriesId> a, std::span<const SeriesId> b);
// What is in `from` and not in `taken`.
Postings subtract(std::span<const SeriesId> from, std::span<const SeriesId> taken);
// What is in any of the lists.
Postings unite(std::vector<Postings> lists);

}  // namespace orchestrator_exporter::history
