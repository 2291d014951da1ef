#include "http/ingest/statsd/distinct_values.h"

#include <random>

#include "metrics/base/string_hash.h"

namespace orchestrator_exporter::http::statsd {

DistinctValues::DistinctValues() : seed_(std::random_device{}()) {}

void DistinctValues::note(std::uint64_t set, std::string_view value, std::uint32_t now,
                          const Told& told) {
  const bool isFull = values_ >= kMostValues;
  if (isFull && !sets_.contains(set)) return;
  Set& values = sets_[set];
  if (!values.told) values.told = told;
  const std::uint64_t hash = hashString(value, seed_);
  const auto known = values.lastSeen.find(hash);
  if (known != values.lastSeen.end()) {
    known->second = now;
  } else if (!isFull) {
    values.lastSeen.emplace(hash, now);
    ++values_;
  }
  values.told(values.lastSeen.size());
}

void DistinctValues::sweep(std::uint32_t now) {
  for (auto set = sets_.begin(); set != sets_.end();) {
    auto& [lastSeen, told] = set->second;
    const std::size_t gone =
        std::erase_if(lastSeen, [&](const auto& entry) { return now - entry.second >= kWindow; });
    values_ -= gone;
    if (gone > 0) told(lastSeen.size());
    set = lastSeen.empty() ? sets_.erase(set) : std::next(set);
  }
}

}  // namespace orchestrator_exporter::http::statsd
