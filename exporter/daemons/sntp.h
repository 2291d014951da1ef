#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace orchestrator_exporter {

// One answer of a time server (RFC 5905, section 7.3), with the times that it is judged by. All
// times and spans are nanoseconds, times since the Unix epoch.
struct SntpAnswer {
  unsigned leap = 0;  // 0 none, 1 one second more, 2 one second less, 3 not synchronized
  unsigned stratum = 0;
  std::int64_t rootDelay = 0;
  std::int64_t rootDispersion = 0;
  std::int64_t reference = 0;    // when the server's clock was last set
  std::int64_t sent = 0;         // by us
  std::int64_t received = 0;     // by the server
  std::int64_t transmitted = 0;  // by the server
  std::int64_t arrived = 0;      // here

  std::int64_t roundTrip() const;
  // How far the server's clock is ahead of ours.
  std::int64_t offset() const;
  // The most that the server's time may be wrong by.
  std::int64_t rootDistance() const;
  // How much our clock is wrong at least, for the order of the four times to be possible.
  std::int64_t leastError() const;
  // Whether the answer can be used to set a clock.
  bool isValid() const;
};

struct SntpServer {
  std::string host;
  std::uint16_t port = 123;
  unsigned version = 4;
  int hops = 1;  // TTL; 0: as the system has it
};

// Asks the server once. Throws SocketError where no answer comes by the deadline, ParseError for an
// answer that does not belong to the question or is none of a server.
SntpAnswer askSntp(const SntpServer& server, std::chrono::steady_clock::time_point deadline);

}  // namespace orchestrator_exporter
