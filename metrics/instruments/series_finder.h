#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/base/thread_slots.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// Finds the series of a family by label values for calls that are handed the values each time:
// every thread remembers the handles that it has used, so there is no lock and no text to build.
// Recorded::with() is for handles that are kept. Thread-safe.
template <typename Handle>
class SeriesFinder {
 public:
  using Values = std::span<const std::string_view>;

  SeriesFinder(const MetricsRegistry& registry, Recorded<Handle> family)
      : family_(std::move(family)), departures_(registry.departures()) {}

  // The handle that this thread remembers, valid until its next call; null if there is none.
  const Handle* find(Values values) const {
    Memory* memory = memory_.get();
    if (memory == nullptr) [[unlikely]]
      return nullptr;
    const std::uint64_t departures = departures_->load(std::memory_order_relaxed);
    if (departures != memory->departuresSeen) [[unlikely]] {
      memory->departuresSeen = departures;
      memory->handles.clear();
    }
    const auto at = memory->handles.find(values);
    return at == memory->handles.end() ? nullptr : &at->second;
  }

  // Asks the family, as Recorded::with(), and remembers the answer.
  Handle add(Values values) const {
    Handle handle = family_.with(values);
    Memory* memory = memory_.get();
    if (memory == nullptr) return handle;
    if (memory->handles.size() >= kMostSeries) memory->handles.clear();
    memory->handles.emplace(Key(values.begin(), values.end()), handle);
    return handle;
  }

  const Recorded<Handle>& family() const { return family_; }

 private:
  // Some 200 kB for each thread and family; a thread that needs more asks again from time to time.
  static constexpr std::size_t kMostSeries = 1024;

  using Key = std::vector<std::string>;
  struct Hash {
    using is_transparent = void;
    template <typename Texts>
    std::size_t operator()(const Texts& texts) const {
      std::uint64_t state = 0;
      for (const std::string_view text : texts) state = hashString(text, state);
      return static_cast<std::size_t>(state);
    }
  };
  struct Equal {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
  };
  struct Memory {
    std::uint64_t departuresSeen = 0;
    std::unordered_map<Key, Handle, Hash, Equal> handles;
  };

  const Recorded<Handle> family_;
  const std::shared_ptr<const std::atomic<std::uint64_t>> departures_;
  const PerThread<Memory> memory_;
};

}  // namespace orchestrator_exporter
