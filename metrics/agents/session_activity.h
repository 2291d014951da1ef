#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "metrics/recording/orchestrator_families.h"

namespace orchestrator_exporter {

// Which sessions of agents are active: no agent tells the end of one, so a session is over when
// nothing came of it for a while. Thread-safe.
class SessionActivity {
 public:
  // `families` must outlive it. `seconds`: a coarse monotonic clock.
  SessionActivity(OrchestratorFamilies& families, std::uint32_t idleSeconds,
                  std::function<std::uint32_t()> seconds)
      : families_(families), idle_(idleSeconds), seconds_(std::move(seconds)) {}
  ~SessionActivity();
  SessionActivity(const SessionActivity&) = delete;
  SessionActivity& operator=(const SessionActivity&) = delete;

  void note(std::string_view orchestrator, std::string_view agent, std::string_view session);
  // Ends those that are idle.
  void update();

 private:
  static constexpr std::size_t kMost = 50'000;

  struct Session {
    std::shared_ptr<SessionSeries> series;
    std::uint32_t lastSeen = 0;
  };

  OrchestratorFamilies& families_;
  const std::uint32_t idle_;
  const std::function<std::uint32_t()> seconds_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Session> sessions_;  // by a hash of all three names
};

}  // namespace orchestrator_exporter
