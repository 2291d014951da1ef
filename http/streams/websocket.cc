#include "http/streams/websocket.h"

#include <utility>

#include "http/server/header_value.h"
#include "http/streams/sha1.h"
#include "metrics/base/base64.h"

namespace orchestrator_exporter::http::websocket {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kOpcode = 0x0f;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::size_t kMaxControlBytes = 125;
constexpr std::size_t kMaskBytes = 4;

std::uint8_t byteAt(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

std::string frame(Opcode opcode, std::string_view payload) {
  std::string bytes;
  bytes.reserve(payload.size() + 10);
  bytes.push_back(static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode)));
  int lengthBytes = 0;
  if (payload.size() <= kMaxControlBytes) {
    bytes.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() <= 0xffff) {
    bytes.push_back(126);
    lengthBytes = 2;
  } else {
    bytes.push_back(127);
    lengthBytes = 8;
  }
  for (int i = lengthBytes - 1; i >= 0; --i) {
    bytes.push_back(static_cast<char>(std::uint64_t{payload.size()} >> (8 * i)));
  }
  bytes.append(payload);
  return bytes;
}

std::string closeFrame(CloseCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  const char payload[] = {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  return frame(Opcode::kClose, {payload, sizeof payload});
}

Fields acceptance(const Request& request) {
  const bool asks = equalIgnoringCase(request.header("Upgrade").value_or(""), "websocket");
  if (!asks || request.header("Sec-WebSocket-Version") != "13") {
    throw HttpError(426, "this path speaks WebSocket, version 13",
                    {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
  }
  const std::string key(request.header("Sec-WebSocket-Key").value_or(""));
  constexpr std::size_t kKeyBytes = 16;
  if (decodeBase64(key).value_or("").size() != kKeyBytes) {
    throw HttpError(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  }
  constexpr std::string_view kProof = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return {{"Upgrade", "websocket"},
          {"Sec-WebSocket-Accept", encodeBase64(sha1(key + std::string(kProof)))}};
}

std::optional<Reader::Message> Reader::fail(CloseCode code) {
  fault_ = code;
  bytes_.clear();
  message_.clear();
  return std::nullopt;
}

std::optional<Reader::Message> Reader::next() {
  while (!fault_ && bytes_.size() >= 2) {
    const std::uint8_t first = byteAt(bytes_, 0);
    const std::uint8_t second = byteAt(bytes_, 1);
    const auto opcode = static_cast<Opcode>(first & kOpcode);
    const bool isFinal = (first & kFinal) != 0;
    const bool isControl = opcode >= Opcode::kClose;
    if ((first & kReserved) != 0 || (second & kMasked) == 0 || opcode > Opcode::kPong) {
      return fail(CloseCode::kProtocolError);
    }
    std::size_t size = second & ~kMasked;
    std::size_t head = 2;
    if (isControl && (size > kMaxControlBytes || !isFinal)) {
      return fail(CloseCode::kProtocolError);
    }
    if (size == 127) return fail(CloseCode::kTooLarge);
    if (size == 126) {
      head = 4;
      if (bytes_.size() < head) return std::nullopt;
      size = (std::size_t{byteAt(bytes_, 2)} << 8) | byteAt(bytes_, 3);
    }
    if (message_.size() + size > kMaxMessageBytes) return fail(CloseCode::kTooLarge);
    if (bytes_.size() < head + kMaskBytes + size) return std::nullopt;
    std::string payload = bytes_.substr(head + kMaskBytes, size);
    for (std::size_t i = 0; i < size; ++i) payload[i] ^= bytes_[head + i % kMaskBytes];
    bytes_.erase(0, head + kMaskBytes + size);

    if (isControl) return Message{opcode, std::move(payload)};
    const bool continues = opcode == Opcode::kContinuation;
    if (continues != inMessage_) return fail(CloseCode::kProtocolError);
    if (opcode == Opcode::kBinary) return fail(CloseCode::kUnsupportedData);
    if (!continues && opcode != Opcode::kText) return fail(CloseCode::kProtocolError);
    message_ += payload;
    inMessage_ = !isFinal;
    if (isFinal) return Message{Opcode::kText, std::exchange(message_, {})};
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http::websocket
