#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orchestrator_exporter::http {

// What a connection does at the moment.
enum class ConnectionState : std::uint8_t {
  kHandshake,  // of TLS
  kIdle,       // nothing of a request is there
  kHead,       // a part of a head
  kBody,       // a part of a body
  kRequest,    // waits for its answer
  kDrain,      // its peer has not taken the whole answer yet
};
inline constexpr std::array<std::string_view, 6> kConnectionStates = {"tls",  "idle",    "head",
                                                                      "body", "request", "drain"};

// Why the server ended a connection that its peer would have kept.
enum class CloseReason : std::uint8_t {
  kNone,  // the peer ended it, or the answer said so
  kHandshakeTimeout,
  kHandshakeFailed,
  kHeadTimeout,
  kIdleTimeout,
  kBodyTimeout,
  kAnswerTimeout,
  kTooManyConnections,
  kTooMuchUnsent,
  kMalformed,
  kRefused,
};
inline constexpr std::array<std::string_view, 11> kCloseReasons = {
    "none",         "handshake_timeout", "handshake_failed",     "head_timeout",    "idle_timeout",
    "body_timeout", "answer_timeout",    "too_many_connections", "too_much_unsent", "malformed",
    "refused"};

// Counts of the front, written by it and read by anybody.
struct FrontStatistics {
  std::array<std::atomic<std::int64_t>, kConnectionStates.size()> connections{};
  std::array<std::atomic<std::uint64_t>, kCloseReasons.size()> closed{};
};

}  // namespace orchestrator_exporter::http
