#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http::websocket {

// Frames of the WebSocket protocol (RFC 6455) without extensions.

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// Why a connection is closed (7.4.1).
enum class CloseCode : std::uint16_t {
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kPolicyViolation = 1008,
  kTooLarge = 1009,
};

// A whole frame as a server sends it, unmasked.
std::string frame(Opcode opcode, std::string_view payload);
std::string closeFrame(CloseCode code);

// The fields of the answer, status 101, that opens a connection. Throws HttpError: 426 for a
// request that asks for no WebSocket of version 13, 400 for one whose key is none.
Fields acceptance(const Request& request);

// Takes a client's bytes in any pieces and puts its messages together. Holds no more than one
// message.
class Reader {
 public:
  static constexpr std::size_t kMaxMessageBytes = 4096;

  struct Message {
    Opcode opcode;  // of kText, kClose, kPing and kPong
    std::string payload;
  };

  void feed(std::string_view bytes) { bytes_.append(bytes); }
  // The next whole message; nullopt while there is none. After fault() is set there is none any
  // more.
  std::optional<Message> next();
  std::optional<CloseCode> fault() const { return fault_; }

 private:
  std::optional<Message> fail(CloseCode code);

  std::string bytes_;
  std::string message_;  // fragments of a text
  bool inMessage_ = false;
  std::optional<CloseCode> fault_;
};

}  // namespace orchestrator_exporter::http::websocket
