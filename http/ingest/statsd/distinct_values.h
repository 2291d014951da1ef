#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

namespace orchestrator_exporter::http::statsd {

// How many different values came in the last minute, for StatsD's sets. For one thread.
class DistinctValues {
 public:
  static constexpr std::uint32_t kWindow = 60;  // seconds
  // Of all sets together: values beyond it are not counted.
  static constexpr std::size_t kMostValues = 1'000'000;

  using Told = std::function<void(std::size_t)>;

  DistinctValues();

  // Notes a value of a set, which is known by a number, at a time in seconds. `told` gets the count
  // now, and again from sweep() whenever it falls.
  void note(std::uint64_t set, std::string_view value, std::uint32_t now, const Told& told);
  // Forgets what is older than the window.
  void sweep(std::uint32_t now);
  bool empty() const { return sets_.empty(); }

 private:
  struct Set {
    std::unordered_map<std::uint64_t, std::uint32_t> lastSeen;  // by the hash of the value
    Told told;
  };

  const std::uint64_t seed_;  // against values made to collide
  std::unordered_map<std::uint64_t, Set> sets_;
  std::size_t values_ = 0;
};

}  // namespace orchestrator_exporter::http::statsd
