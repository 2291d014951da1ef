#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "http/front/parsing/request_head.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {

// Who is at the other end of a connection.
struct Peer {
  std::string address;           // numeric, without the port; "unix" or "vsock:CID" for those
  bool loopback = false;         // this host: 127.0.0.0/8, ::1, a unix socket
  std::string certificate = {};  // subject of a client certificate that was verified
};

// How long and how much of everything. All times are absolute deadlines, not pauses between bytes,
// but for bodySilence.
struct ConnectionLimits {
  std::chrono::milliseconds handshake{5'000};
  std::chrono::milliseconds head{
      10'000};  // from the first byte; of a new connection from its start
  std::chrono::milliseconds idle{75'000};  // longer than the usual scrape intervals
  std::chrono::milliseconds bodySilence{10'000};
  std::chrono::milliseconds body{120'000};
  std::chrono::milliseconds answer{30'000};  // and a second for each 64 kB
  std::chrono::milliseconds linger{2'000};
  std::size_t bodyBytes = std::size_t{1} << 20;
  std::size_t allBodies = std::size_t{64} << 20;  // of all connections together
  std::size_t allUnsent = std::size_t{64} << 20;
  std::size_t connections = 8'192;
  // How long requests wait while none of the first workers comes back, before others are woken.
  std::chrono::milliseconds patience{50};
};

// What becomes of a request whose head is there.
struct Admission {
  enum class Verdict : std::uint8_t { kTake, kRefuse, kLater };
  Verdict verdict = Verdict::kTake;
  Response refusal = {};
  Fields more = {};            // fields for whatever answer comes
  bool authenticated = false;  // the peer has proved to be one of the users
  // Bytes that the body may have; those of ConnectionLimits if not set.
  std::optional<std::size_t> bodyBytes = std::nullopt;
};

// Decides from the head alone who may do what, before a body is read.
class Gate {
 public:
  virtual ~Gate() = default;
  // Called on the front's thread, must not block. With kLater, `later` is called once from any
  // thread.
  virtual Admission admit(const RequestHead& head, const Peer& peer,
                          std::function<void(Admission)> later) = 0;
};

}  // namespace orchestrator_exporter::http
