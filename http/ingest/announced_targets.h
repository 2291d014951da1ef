#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/ingest/ingest_door.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {

inline constexpr std::string_view kTargetsProtocol = "targets";  // in IngestStatistics

// What a Prometheus may scrape, as its http_sd_configs has it; of a job if it has the label `job`.
struct AnnouncedTarget {
  std::string address;  // "host:port"
  std::map<std::string, std::string> labels;

  bool operator==(const AnnouncedTarget&) const = default;
};

// Targets that announced themselves, each for kLifetime, so that one that has ended is gone soon.
// An address is known once for each job: what it announces later takes the place of what it
// announced before. Any thread may call anything.
class AnnouncedTargets {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kLifetime{5};
  static constexpr std::size_t kMost = 10'000;

  // Takes [{"targets": ["host:port", ...], "labels": {"job": "..."}}, ...] or one such object,
  // whole or, if anything is wrong with it, not at all. Returns how many targets these are. Throws
  // HttpError: 400 with the place, "[2].targets[0]: expected host:port, got 'x y'"; 503 if there
  // would be more than kMost.
  std::size_t announce(std::string_view json, Time now);
  // Those that are left, by address and job.
  std::vector<AnnouncedTarget> at(Time now) const;

 private:
  using Identity = std::pair<std::string, std::string>;  // address and job
  struct Announced {
    std::map<std::string, std::string> labels;
    Time until;
  };

  mutable std::mutex mutex_;
  std::map<Identity, Announced> targets_;
};

// Takes them with POST: 200 with {"accepted": N}. Both must outlive it.
Endpoint announcementEndpoint(AnnouncedTargets& targets, IngestDoor& door);

}  // namespace orchestrator_exporter::http
