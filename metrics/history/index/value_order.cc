#include "metrics/history/index/value_order.h"

namespace orchestrator_exporter::history {

ValueOrder::Place ValueOrder::makeRoom(const Place& place) {
  const bool isBehindAll = place.page + 1 == pages_.size() && place.at == kOfPage;
  const std::size_t kept = isBehindAll ? kOfPage : kOfPage / 2;
  Page& full = pages_[place.page];
  Page rest(full.begin() + static_cast<std::ptrdiff_t>(kept), full.end());
  full.resize(kept);
  pages_.insert(pages_.begin() + static_cast<std::ptrdiff_t>(place.page) + 1, std::move(rest));
  if (place.at < kept || (place.at == kept && !isBehindAll)) return place;
  return {place.page + 1, place.at - kept};
}

}  // namespace orchestrator_exporter::history
