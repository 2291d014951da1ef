#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/pending.h"
#include "metrics/string_hash.h"

namespace exporter {

// What names a series of the facade: the kind of record and its identifiers.
template <std::size_t kParts>
struct SeriesKey {
  SeriesKey(std::uint8_t seriesKind, const std::array<std::string_view, kParts>& identifiers)
      : kind(seriesKind), parts(identifiers), hash(kind) {
    for (const std::string_view part : parts) hash = hashString(part, hash);
  }

  std::uint8_t kind;
  std::array<std::string_view, kParts> parts;
  std::uint64_t hash;
};

// Finds what is pending for a series by the identifiers of a record. One thread's own, so there is
// nothing to lock; one hash, and one comparison of each identifier.
class SeriesCache {
 public:
  SeriesCache() : slots_(64) {}

  template <std::size_t kParts>
  Pending* find(const SeriesKey<kParts>& key) const {
    for (std::size_t at = home(key.hash); slots_[at].entry != nullptr; at = next(at)) {
      if (slots_[at].hash == key.hash && slots_[at].entry->is(key)) {
        return slots_[at].entry->pending.get();
      }
    }
    return nullptr;
  }

  // The key must not be there yet.
  template <std::size_t kParts>
  Pending& insert(const SeriesKey<kParts>& key, std::unique_ptr<Pending> pending) {
    if ((entries_.size() + 1) * 2 > slots_.size()) grow();
    Entry& entry = *entries_.emplace_back(std::make_unique<Entry>(key, std::move(pending)));
    place({key.hash, &entry});
    return *entry.pending;
  }

  std::size_t size() const { return entries_.size(); }
  void clear();

 private:
  struct Entry {
    template <std::size_t kParts>
    Entry(const SeriesKey<kParts>& key, std::unique_ptr<Pending> what)
        : kind(key.kind), pending(std::move(what)) {
      for (std::size_t i = 0; i < kParts; ++i) {
        text += key.parts[i];
        ends[i] = text.size();
      }
    }

    template <std::size_t kParts>
    bool is(const SeriesKey<kParts>& key) const {
      if (kind != key.kind) return false;
      std::size_t begin = 0;
      for (std::size_t i = 0; i < kParts; ++i) {
        const std::string_view part = key.parts[i];
        if (ends[i] - begin != part.size()) return false;
        if (std::memcmp(text.data() + begin, part.data(), part.size()) != 0) return false;
        begin = ends[i];
      }
      return true;
    }

    std::uint8_t kind;
    std::array<std::size_t, 3> ends{};
    std::string text;  // the identifiers, one after the other
    std::unique_ptr<Pending> pending;
  };
  struct Slot {
    std::uint64_t hash = 0;
    Entry* entry = nullptr;
  };

  std::size_t home(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void place(Slot slot);
  void grow();

  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace exporter
