#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/agents/recent_hashes.h"

namespace orchestrator_exporter {

// What tells one event from another. Agents that number the events of a session send the number
// again with a repeat, and so the time; of others the bytes are the same.
struct RecordIdentity {
  std::uint64_t session = 0;  // a hash of its id; 0: not numbered
  std::uint64_t hash = 0;     // of number and time, or of all bytes
};

// Finds events that came before: of each session the last 4,096, of those without numbers the last
// 65,536 within ten minutes. Thread-safe.
class RecordRepeats {
 public:
  // `seconds`: a coarse monotonic clock.
  explicit RecordRepeats(std::function<std::uint32_t()> seconds) : seconds_(std::move(seconds)) {}

  // The events of one request, which are no repeats of each other: they are remembered when it
  // ends.
  class Request {
   public:
    explicit Request(RecordRepeats& repeats) : repeats_(repeats) {}
    ~Request() { repeats_.remember(noted_); }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // Whether it came with an earlier request.
    bool isRepeat(const RecordIdentity& identity);

   private:
    RecordRepeats& repeats_;
    std::vector<RecordIdentity> noted_;
  };

 private:
  static constexpr std::size_t kMostSessions = 2'000;
  static constexpr std::size_t kOfSession = 4'096;
  static constexpr std::size_t kOthers = 65'536;
  static constexpr std::uint32_t kOthersAge = 600;

  struct Session {
    RecentHashes events{kOfSession};
    std::uint32_t lastSeen = 0;
  };

  bool knows(const RecordIdentity& identity);
  void remember(const std::vector<RecordIdentity>& identities) noexcept;
  Session& sessionOf(std::uint64_t hash);

  const std::function<std::uint32_t()> seconds_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Session> sessions_;
  RecentHashes others_{kOthers};
};

}  // namespace orchestrator_exporter
