#include "metrics/history/index/postings.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace orchestrator_exporter::history {

// A short list against a long one: each search begins where the last one ended, and doubles its
// steps until it is past what it looks for.
Postings intersect(std::span<const SeriesId> a, std::span<const SeriesId> b) {
  if (a.size() > b.size()) std::swap(a, b);
  Postings both;
  auto at = b.begin();
  for (const SeriesId id : a) {
    std::ptrdiff_t reach = 1;
    while (reach < b.end() - at && at[reach] < id) reach *= 2;
    at = std::lower_bound(at + reach / 2, std::min(at + reach + 1, b.end()), id);
    if (at == b.end()) break;
    if (*at == id) both.push_back(id);
  }
  return both;
}

Postings subtract(std::span<const SeriesId> from, std::span<const SeriesId> taken) {
  Postings left;
  std::ranges::set_difference(from, taken, std::back_inserter(left));
  return left;
}

Postings unite(std::vector<Postings> lists) {
  if (lists.size() == 1) return std::move(lists.front());
  Postings all;
  for (const Postings& list : lists) all.insert(all.end(), list.begin(), list.end());
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

}  // namespace orchestrator_exporter::history
