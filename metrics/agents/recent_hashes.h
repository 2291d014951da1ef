#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/series_index.h"

namespace orchestrator_exporter {

// The last so many of a row of hashes; those that are older than a limit may be forgotten. Takes
// memory as they come. Not thread-safe.
class RecentHashes {
 public:
  explicit RecentHashes(std::size_t most) : most_(most) {}

  bool has(std::uint64_t hash) const { return find(hash) != SeriesIndex::kNone; }
  // When it was added; only if has().
  std::uint32_t secondsOf(std::uint64_t hash) const { return entries_[find(hash)].seconds; }
  void add(std::uint64_t hash, std::uint32_t seconds) {
    if (const std::uint32_t known = find(hash); known != SeriesIndex::kNone) {
      entries_[known].seconds = seconds;
      return;
    }
    if (entries_.size() < most_) {
      index_.insert(fold(hash), static_cast<std::uint32_t>(entries_.size()));
      entries_.push_back({hash, seconds});
      return;
    }
    Entry& oldest = entries_[next_];
    index_.erase(fold(oldest.hash), static_cast<std::uint32_t>(next_));
    index_.insert(fold(hash), static_cast<std::uint32_t>(next_));
    oldest = {hash, seconds};
    next_ = (next_ + 1) % most_;
  }

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t seconds;
  };

  static std::uint32_t fold(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  std::uint32_t find(std::uint64_t hash) const {
    return index_.find(fold(hash), [&](std::uint32_t at) { return entries_[at].hash == hash; });
  }

  const std::size_t most_;
  SeriesIndex index_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;  // the oldest, once there are most_
};

}  // namespace orchestrator_exporter
