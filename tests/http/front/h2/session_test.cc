#include "http/front/h2/session.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/fuzz/http2_invariants.h"
#include "tests/support/http2_client.h"

namespace orchestrator_exporter::http::h2 {
namespace {

using orchestrator_exporter::test::frame;
using orchestrator_exporter::test::framed;
using test::brokenSessionPromise;
using test::Watcher;

constexpr std::uint8_t kEndStream = 1;
constexpr std::uint8_t kEndHeaders = 4;

// POST, http, an authority and a path by HPACK.
std::string fieldsOf(std::string_view path) {
  return std::string("\x83\x86\x01\x01h\x04") + static_cast<char>(path.size()) + std::string(path);
}

// Settings, a call that is answered, one that is given up, one in many frames, and the end.
std::string typicalBytes() {
  return frame(4, 0, 0) + frame(1, kEndHeaders, 1, fieldsOf("/s.S/M")) +
         frame(0, kEndStream, 1, framed("hello")) + frame(1, kEndHeaders, 3, fieldsOf("/s.S/M")) +
         frame(3, 0, 3, std::string("\0\0\0\x08", 4)) +
         frame(1, 0, 5, fieldsOf("/s.S/M").substr(0, 5)) +
         frame(9, kEndHeaders, 5, fieldsOf("/s.S/M").substr(5)) + frame(0, 0, 5, framed("a")) +
         frame(0, kEndStream, 5) + frame(6, 0, 0, "12345678") +
         frame(7, 0, 0, std::string(8, '\0'));
}

}  // namespace

TEST(Http2Session, TellsOfStreams) {
  const Session::Time now{};
  Watcher watcher(now);
  ASSERT_TRUE(watcher.session.receive(kPreface, now));
  EXPECT_TRUE(watcher.session.withinHead());
  ASSERT_TRUE(watcher.session.receive(
      frame(4, 0, 0) + frame(1, kEndHeaders, 1, fieldsOf("/s.S/M")) + frame(0, 0, 1, "bytes"),
      now));
  EXPECT_FALSE(watcher.session.withinHead());
  EXPECT_EQ(watcher.bodies, (std::map<std::int32_t, std::string>{{1, "bytes"}}));
}

TEST(Http2Session, IsWithinAHeadUntilItsFieldsEnd) {
  const Session::Time now{};
  Watcher watcher(now);
  watcher.session.receive(std::string(kPreface) + frame(4, 0, 0), now);
  watcher.session.receive(frame(1, 0, 1, fieldsOf("/s.S/M")), now);
  EXPECT_TRUE(watcher.session.withinHead());
  watcher.session.receive(frame(9, kEndHeaders, 1), now);
  EXPECT_FALSE(watcher.session.withinHead());
}

TEST(Http2Session, IsNotWithinAHeadThatMakesNoRequest) {
  const Session::Time now{};
  Watcher watcher(now);
  watcher.session.receive(std::string(kPreface) + frame(4, 0, 0), now);
  watcher.session.receive(frame(1, kEndHeaders, 1, "\x83"), now);  // a method alone
  std::string answer;
  watcher.session.take(answer);
  EXPECT_FALSE(watcher.session.withinHead());
  EXPECT_TRUE(watcher.bodies.empty());
}

TEST(Http2Session, IsNoSessionWithoutThePreface) {
  const Session::Time now{};
  Watcher watcher(now);
  EXPECT_FALSE(watcher.session.receive("GET / HTTP/1.1\r\n\r\n", now));
}

TEST(Http2Session, KeepsItsPromisesHoweverTheBytesCome) {
  for (const std::size_t pieceSize : {1U, 7U, 16'384U}) {
    EXPECT_EQ(brokenSessionPromise(typicalBytes(), pieceSize), std::nullopt);
  }
}

TEST(Http2Session, KeepsItsPromisesWithAnyByteChanged) {
  const std::string bytes = typicalBytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ change);
      EXPECT_EQ(brokenSessionPromise(changed, 16'384), std::nullopt) << i << " " << change;
    }
  }
}

TEST(Http2Session, KeepsItsPromisesWhereverTheBytesEnd) {
  const std::string bytes = typicalBytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(brokenSessionPromise(bytes.substr(0, i), 16'384), std::nullopt) << i;
  }
}

}  // namespace orchestrator_exporter::http::h2
