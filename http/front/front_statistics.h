#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/sink.h"

namespace orchestrator_exporter::http {

// What a connection does at the moment.
enum class ConnectionState : std::uint8_t {
  kHandshake,  // of TLS
  kIdle,       // nothing of a request is there
  kHead,       // a part of a head
  kBody,       // a part of a body
  kRequest,    // waits for its answer
  kDrain,      // its peer has not taken the whole answer yet
  kStream,     // it listens to a channel
};
inline constexpr std::array<std::string_view, 7> kConnectionStates = {
    "tls", "idle", "head", "body", "request", "drain", "stream"};

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

// The statuses of refusals that are counted by name; others count as the first of their hundred.
inline constexpr std::array<std::string_view, 16> kRefusals = {
    "400", "401", "403", "404", "405", "408", "411", "413",
    "414", "415", "417", "429", "431", "500", "501", "503"};

// Counts of the front, written by it and read by anybody.
struct FrontStatistics {
  std::array<std::atomic<std::int64_t>, kConnectionStates.size()> connections{};
  std::array<std::atomic<std::uint64_t>, kCloseReasons.size()> closed{};
  std::array<std::atomic<std::uint64_t>, kRefusals.size()> refused{};

  // A connection goes from one state to another.
  void moved(ConnectionState from, ConnectionState to) {
    --connections[static_cast<std::size_t>(from)];
    ++connections[static_cast<std::size_t>(to)];
  }
  // Connections with a request that is not answered to its end.
  std::int64_t underWay() const;
  // Counts an answer, if it is a refusal.
  void countAnswer(int status);

  // Gives orchestrator_exporter_http_*: connections by state, those that the server ended by
  // reason, refusals by status. Nothing at all until a request was refused or a connection ended
  // for something else than being idle, so that an exporter that nobody troubles gives what its
  // peers give.
  void collect(Sink& out) const;
};

}  // namespace orchestrator_exporter::http
