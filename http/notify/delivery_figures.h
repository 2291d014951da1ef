#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "http/notify/channel.h"
#include "metrics/notifications/dispatcher.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::http::notify {

// What the notifications tell of themselves, under Alertmanager's names. For one thread at a time.
class DeliveryFigures {
 public:
  void countSent(const std::string& integration, double latency);
  void countFailed(const std::string& integration, const Outcome& outcome, double latency);
  void countStorageError() { ++storageErrors_; }

  void collect(const notifications::Dispatcher& dispatcher, notifications::Time now,
               Sink& out) const;

 private:
  static constexpr std::array<double, 5> kBounds = {1, 5, 10, 15, 20};  // seconds
  struct Latency {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };
  void observe(const std::string& integration, double latency);

  std::map<std::string, std::uint64_t> total_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> failed_;  // and why
  std::map<std::string, Latency> latencies_;
  std::uint64_t storageErrors_ = 0;
};

}  // namespace orchestrator_exporter::http::notify
