#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/recording/pending_updates.h"

namespace orchestrator_exporter {

// Finds what is pending for a series of the facade by the kind of record and its identifiers. One
// thread's own, so there is nothing to lock; one hash, and one comparison of each identifier.
class SeriesCache {
 public:
  SeriesCache() : slots_(kFewest) {}

  // Identifiers are up to three of std::string_view.
  template <typename... Identifiers>
  static std::uint64_t hash(std::uint8_t kind, Identifiers... identifiers) {
    std::uint64_t state = kind;
    ((state = hashString(identifiers, state)), ...);
    return state;
  }

  // Null if it is not there.
  template <typename... Identifiers>
  Pending* find(std::uint64_t hash, std::uint8_t kind, Identifiers... identifiers) const {
    for (std::size_t at = home(hash); slots_[at].entry != nullptr; at = next(at)) {
      const Entry& entry = *slots_[at].entry;
      if (slots_[at].hash == hash && entry.is(kind, identifiers...)) return entry.pending.get();
    }
    return nullptr;
  }

  // The series must not be there yet.
  Pending& insert(std::uint64_t hash, std::uint8_t kind,
                  std::span<const std::string_view> identifiers, std::unique_ptr<Pending> pending);

  std::size_t size() const { return entries_.size(); }
  // Bytes of all identifiers.
  std::size_t textSize() const { return textSize_; }
  void clear();

 private:
  static constexpr std::size_t kFewest = 64;

  struct Entry {
    template <typename... Identifiers>
    bool is(std::uint8_t otherKind, Identifiers... identifiers) const {
      [[maybe_unused]] const char* at = text.data();
      [[maybe_unused]] const std::size_t* size = sizes.data();
      return kind == otherKind && (isNext(at, size, identifiers) && ...);
    }
    static bool isNext(const char*& at, const std::size_t*& size, std::string_view identifier) {
      if (*size != identifier.size()) return false;
      if (!equalBytes(at, identifier.data(), *size)) return false;
      at += *size++;
      return true;
    }

    std::uint8_t kind = 0;
    std::array<std::size_t, 3> sizes{};
    std::string text = {};  // the identifiers, one after the other
    std::unique_ptr<Pending> pending = {};
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
  std::size_t textSize_ = 0;
};

}  // namespace orchestrator_exporter
