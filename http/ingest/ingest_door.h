#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <utility>

#include "http/ingest/ingest_statistics.h"
#include "http/server/message.h"

namespace orchestrator_exporter {
class PushedMetrics;
}  // namespace orchestrator_exporter

namespace orchestrator_exporter::http {

// What all ways to push share: the store, the limits, what is counted and logged. Any thread may
// call anything.
class IngestDoor {
 public:
  static constexpr std::size_t kLargestPacked = std::size_t{16} << 20;  // body, as sent

  // `maxBody`: bytes of a body once it is unpacked. `log` is told in a line what was refused.
  IngestDoor(PushedMetrics& store, std::size_t maxBody,
             std::function<void(const std::string&)> log);

  PushedMetrics& store() { return store_; }
  IngestStatistics& statistics() { return statistics_; }
  // Bytes that a body may have as sent.
  std::size_t bodyLimit() const { return std::min(kLargestPacked, maxBody_); }
  // Bytes that it may have once it is unpacked.
  std::size_t unpackedLimit() const { return maxBody_; }

  // The right to decode a body: two at once have it, others wait for a second. Who calls by gRPC
  // waits for longer: agents do not send again what was refused because others were at it.
  static constexpr std::chrono::seconds kPatience{1};
  static constexpr std::chrono::seconds kCallPatience{10};
  class Turn {
   public:
    // Throws HttpError 503 if there is none in time.
    explicit Turn(IngestDoor& door, std::chrono::seconds patience = kPatience);
    ~Turn() { door_.turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    IngestDoor& door_;
  };

  // The body of a request, unpacked into `buffer` if it is packed. Throws as ungzip(), and
  // HttpError 413 for one that is too large.
  std::string_view bodyOf(const Request& request, std::string& buffer) const;
  // Likewise of a body whose encoding is said elsewhere.
  std::string_view unpacked(std::string_view body, std::string_view encoding,
                            std::string& buffer) const;

  // Counts a request that was answered, and logs the reason of a refusal, once a minute for each
  // protocol and code.
  void note(std::string_view protocol, const Request& request, int code, std::string_view reason,
            std::chrono::steady_clock::time_point begun);
  void noteRefusal(std::string_view protocol, int code, std::string_view reason);
  // Counts and logs what was refused before it reached its endpoint (RouteOptions::refused).
  std::function<void(const HttpError&)> refusals(std::string_view protocol);

 private:
  static constexpr std::ptrdiff_t kDecodes = 2;

  PushedMetrics& store_;
  const std::size_t maxBody_;
  const std::function<void(const std::string&)> log_;
  IngestStatistics statistics_;
  std::counting_semaphore<kDecodes> turns_{kDecodes};
  std::mutex mutex_;
  std::map<std::pair<std::string_view, int>, std::uint32_t> logged_;  // coarse seconds
};

}  // namespace orchestrator_exporter::http
