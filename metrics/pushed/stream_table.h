#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "metrics/series_index.h"

namespace orchestrator_exporter {

// What every stream has. `series` and `version` name the series that it shows up in; the stream is
// void once that place has another version.
struct StreamHead {
  std::uint64_t key = 0;
  std::uint32_t series = 0;
  std::uint32_t version = 0;
  std::uint32_t lastSeen = 0;  // coarse seconds
};

// A stream of deltas, with hashes of its last points, to find repeats.
struct DeltaStream : StreamHead {
  static constexpr std::size_t kRemembered = 8;

  // False if it came before.
  bool note(std::uint64_t print) {
    for (const std::uint64_t one : recent) {
      if (one == print) return false;
    }
    recent[next] = print;
    next = (next + 1) % kRemembered;
    return true;
  }

  std::uint32_t next = 0;
  std::array<std::uint64_t, kRemembered> recent = {};
};

// A stream of totals or of instants.
template <typename Memory>
struct TotalStream : StreamHead {
  std::uint64_t time = 0;
  Memory last = {};
};

// Streams by their key. Not thread-safe.
template <typename Stream>
class StreamTable {
 public:
  // Null if there is none. Valid until the next add().
  Stream* find(std::uint64_t key) {
    const std::uint32_t at =
        index_.find(hash(key), [&](std::uint32_t slot) { return streams_[slot].key == key; });
    return at == SeriesIndex::kNone ? nullptr : &streams_[at];
  }
  // There must be none of this key, which is not 0.
  Stream& add(std::uint64_t key) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(streams_.size()));
      streams_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    index_.insert(hash(key), slot);
    free_.pop_back();
    streams_[slot].key = key;
    return streams_[slot];
  }
  // Takes out those of a range of places for which isOver(stream) holds, and says how many.
  template <typename IsOver>
  std::size_t eraseIf(std::size_t begin, std::size_t end, IsOver isOver) {
    std::size_t erased = 0;
    for (std::size_t slot = begin; slot < end && slot < streams_.size(); ++slot) {
      if (streams_[slot].key == 0 || !isOver(streams_[slot])) continue;
      free_.push_back(static_cast<std::uint32_t>(slot));
      index_.erase(hash(streams_[slot].key), static_cast<std::uint32_t>(slot));
      streams_[slot] = {};
      ++erased;
    }
    return erased;
  }
  std::size_t places() const { return streams_.size(); }
  std::size_t size() const { return index_.size(); }

 private:
  static std::uint32_t hash(std::uint64_t key) {
    return static_cast<std::uint32_t>(key ^ (key >> 32));
  }

  SeriesIndex index_;
  std::vector<Stream> streams_;  // of key 0 where free
  std::vector<std::uint32_t> free_;
};

}  // namespace orchestrator_exporter
