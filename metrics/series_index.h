#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// Finds the slot of a series by the hash of its labels: open addressing, eight bytes an entry, a
// seed of its own against labels made to collide. Not thread-safe.
class SeriesIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  SeriesIndex();

  std::uint32_t hash(std::string_view labelText) const;
  // The same of a hash that was made elsewhere.
  static std::uint32_t folded(std::uint64_t wide) {
    return static_cast<std::uint32_t>(wide ^ (wide >> 32));
  }

  // The slot with this hash for which matches(slot) holds; kNone where there is none.
  template <typename Matches>
  std::uint32_t find(std::uint32_t hash, Matches matches) const {
    if (entries_.empty()) return kNone;
    for (std::size_t at = home(hash); entries_[at].slot != kNone; at = next(at)) {
      if (entries_[at].hash == hash && matches(entries_[at].slot)) return entries_[at].slot;
    }
    return kNone;
  }

  // Whether the next insert() would take more memory.
  bool isFull() const { return (size_ + 1) * 8 > entries_.size() * 7; }
  void insert(std::uint32_t hash, std::uint32_t slot);
  // The entry must be there.
  void erase(std::uint32_t hash, std::uint32_t slot);
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t slot = kNone;
  };

  std::size_t home(std::uint32_t hash) const { return hash & (entries_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }
  void place(Entry entry);
  void grow();

  std::uint64_t seed_;
  std::size_t size_ = 0;
  std::vector<Entry> entries_;  // a power of two, or none
};

}  // namespace orchestrator_exporter
