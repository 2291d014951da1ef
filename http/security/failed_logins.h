#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace orchestrator_exporter::http {

// Counts who failed to authenticate, by address: who did it twenty times within a minute is locked
// out until the first of these twenty is a minute old. Remembers the thousand addresses that failed
// last. Not thread-safe.
class FailedLogins {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kAllowed = 20;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kAddresses = 1000;

  void add(std::string_view address, TimePoint now);

  // How long the address stays locked out; zero if it is not.
  std::chrono::steady_clock::duration lockedFor(std::string_view address, TimePoint now) const;

  std::size_t addresses() const { return times_.size(); }

 private:
  // The times of an address' last failures, the oldest at `next`.
  struct Times {
    std::array<TimePoint, kAllowed> last{};
    std::size_t next = 0;
    std::size_t count = 0;

    TimePoint latest() const { return last[(next + kAllowed - 1) % kAllowed]; }
  };

  void makeRoom(TimePoint now);

  std::unordered_map<std::string, Times> times_;
};

}  // namespace orchestrator_exporter::http
