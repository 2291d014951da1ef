#include "http/streams/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/streams/sha1.h"
#include "metrics/base/base64.h"

namespace orchestrator_exporter::http::websocket {
namespace {

using testing::Contains;
using testing::Pair;

// A frame as a client sends it, with a mask.
std::string masked(unsigned first, std::string_view payload) {
  std::string bytes;
  bytes.push_back(static_cast<char>(first));
  if (payload.size() <= 125) {
    bytes.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    bytes.push_back(static_cast<char>(0x80 | 126));
    bytes.push_back(static_cast<char>(payload.size() >> 8));
    bytes.push_back(static_cast<char>(payload.size() & 0xff));
  }
  constexpr std::string_view kMask = "\x11\x22\x33\x44";
  bytes += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
  }
  return bytes;
}

std::optional<CloseCode> faultOf(std::string_view bytes) {
  Reader reader;
  reader.feed(bytes);
  while (reader.next()) {
  }
  return reader.fault();
}

Request handshake() {
  return {.headers = {{"Upgrade", "WebSocket"},
                      {"Sec-WebSocket-Version", "13"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}};
}

// FIPS 180-4's own examples.
TEST(Sha1, DigestsTheExamplesOfItsStandard) {
  EXPECT_EQ(encodeBase64(sha1("abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(encodeBase64(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "hJg+RBw70m66rkqh+VEp5eVGcPE=");
}

// The handshake of RFC 6455, 1.3.
TEST(WebSocket, AcceptsTheHandshakeOfItsStandard) {
  EXPECT_THAT(acceptance(handshake()),
              Contains(Pair("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
}

TEST(WebSocket, RefusesWhatIsNoHandshake) {
  const auto statusOf = [](const Request& request) {
    try {
      acceptance(request);
    } catch (const HttpError& error) {
      return error.status();
    }
    return 101;
  };
  EXPECT_EQ(statusOf({}), 426);
  Request old = handshake();
  old.headers[1].second = "8";
  EXPECT_EQ(statusOf(old), 426);
  Request short_ = handshake();
  short_.headers[2].second = "c2hvcnQ=";
  EXPECT_EQ(statusOf(short_), 400);
}

TEST(WebSocket, FramesCarryTheirLength) {
  EXPECT_EQ(frame(Opcode::kText, "Hello"), std::string("\x81\x05Hello"));
  EXPECT_EQ(frame(Opcode::kText, std::string(126, 'x')).substr(0, 4),
            std::string("\x81\x7e\0\x7e", 4));
  EXPECT_EQ(frame(Opcode::kText, std::string(65'536, 'x')).substr(0, 10),
            std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
  EXPECT_EQ(closeFrame(CloseCode::kGoingAway), std::string("\x88\x02\x03\xe9"));
}

TEST(WebSocketReader, PutsMessagesTogetherHoweverTheyAreCut) {
  const std::string bytes = masked(0x01, "Hel") + masked(0x89, "ping") + masked(0x80, "lo");
  Reader reader;
  std::vector<std::string> messages;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (const auto message = reader.next()) messages.push_back(message->payload);
  }
  EXPECT_THAT(messages, testing::ElementsAre("ping", "Hello"));
  EXPECT_FALSE(reader.fault());
}

TEST(WebSocketReader, TakesMessagesUpToItsLimit) {
  EXPECT_EQ(faultOf(masked(0x81, std::string(4096, 'x'))), std::nullopt);
  EXPECT_EQ(faultOf(masked(0x81, std::string(4097, 'x'))), CloseCode::kTooLarge);
  EXPECT_EQ(faultOf(masked(0x01, std::string(4000, 'x')) + masked(0x80, std::string(97, 'x'))),
            CloseCode::kTooLarge);
  EXPECT_EQ(faultOf(std::string("\x81\xff\0\0\0\0\0\0\x10\0", 10)), CloseCode::kTooLarge);
}

TEST(WebSocketReader, RefusesWhatNoClientMaySend) {
  EXPECT_EQ(faultOf("\x81\x05Hello"), CloseCode::kProtocolError) << "without a mask";
  EXPECT_EQ(faultOf(masked(0xC1, "x")), CloseCode::kProtocolError) << "an extension";
  EXPECT_EQ(faultOf(masked(0x83, "x")), CloseCode::kProtocolError) << "an unknown opcode";
  EXPECT_EQ(faultOf(masked(0x80, "x")), CloseCode::kProtocolError) << "goes on with nothing";
  EXPECT_EQ(faultOf(masked(0x01, "x") + masked(0x81, "x")), CloseCode::kProtocolError)
      << "a second message within the first";
  EXPECT_EQ(faultOf(masked(0x09, "x")), CloseCode::kProtocolError) << "a ping in pieces";
  EXPECT_EQ(faultOf(masked(0x82, "x")), CloseCode::kUnsupportedData) << "bytes";
}

}  // namespace
}  // namespace orchestrator_exporter::http::websocket
