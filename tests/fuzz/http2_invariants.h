#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/front/h2/preface.h"
#include "http/front/h2/session.h"
#include "http/grpc/call_head.h"
#include "http/grpc/message.h"
#include "http/server/message.h"
#include "metrics/base/errors.h"

// What holds for a session of HTTP/2 and any bytes, for the fuzzer and for the tests.
namespace orchestrator_exporter::http::h2::test {

// Answers calls as a server does, and notes what a session does that it must not.
class Watcher final : public StreamEvents {
 public:
  explicit Watcher(Session::Time now) : session(*this, now) {}

  void opened(std::int32_t stream, Fields fields) override {
    open(stream);
    std::size_t bytes = 0;
    for (const auto& [name, value] : fields) bytes += name.size() + value.size();
    if (bytes > Session::kMaxFieldBytes) broken = "more fields than are allowed";
    try {
      const RequestHead head = grpc::callHead(fields);
      if (!head.http2 || head.chunked || head.contentLength) broken = "a head of HTTP/1";
    } catch (const HttpError&) {
      session.answer(stream, {.status = 400, .fields = {}, .body = "no head", .trailers = {}});
    }
  }
  void fieldsTooLarge(std::int32_t stream) override {
    open(stream);
    session.answer(stream, {.status = 431, .fields = {}, .body = {}, .trailers = {}});
  }
  void arrived(std::int32_t stream, std::string_view bytes) override {
    session.consumed(bytes.size());
    session.consumed(stream, bytes.size());
    const auto found = bodies.find(stream);
    if (found == bodies.end()) {
      broken = "bytes of a stream that is not open";
    } else {
      found->second.append(bytes);
    }
  }
  void whole(std::int32_t stream) override {
    const auto found = bodies.find(stream);
    if (found == bodies.end()) {
      broken = "the end of a stream that is not open";
      return;
    }
    try {
      const std::string_view message = grpc::onlyMessage(found->second).bytes;
      session.answer(stream, {.status = 200,
                              .fields = {{"content-type", "application/grpc"}},
                              .body = grpc::framed(message),
                              .trailers = {{"grpc-status", "0"}}});
    } catch (const ParseError&) {
      session.answer(stream,
                     {.status = 200, .fields = {{"grpc-status", "3"}}, .body = {}, .trailers = {}});
    }
  }
  // Also of streams that were never told of, since their fields made no sense.
  void closed(std::int32_t stream) override { bodies.erase(stream); }

  Session session;
  std::map<std::int32_t, std::string> bodies;  // of the streams that are open
  std::string broken;

 private:
  void open(std::int32_t stream) {
    if (!bodies.try_emplace(stream).second) broken = "a stream was opened twice";
    // Those that the client has ended may be waiting to be told so.
    if (bodies.size() > 2 * Session::kStreams) broken = "more streams than are allowed";
  }
};

// The first promise that a session breaks for bytes that follow the preface, and come in pieces of
// this size; nullopt if it holds them all.
inline std::optional<std::string> brokenSessionPromise(std::string_view bytes,
                                                       std::size_t pieceSize) {
  const Session::Time now{};
  Watcher watcher(now);
  if (!watcher.session.receive(kPreface, now)) return "the preface is refused";
  std::size_t sent = 0;
  bool goesOn = true;
  while (goesOn && !bytes.empty() && watcher.broken.empty()) {
    const std::string_view piece = bytes.substr(0, pieceSize);
    goesOn = watcher.session.receive(piece, now);
    bytes.remove_prefix(piece.size());
    for (std::string out = "x"; !out.empty(); sent += out.size()) {
      out.clear();
      watcher.session.take(out);
    }
  }
  if (!watcher.broken.empty()) return watcher.broken;
  // An answer has at most what came, and each frame that came has few of ours.
  constexpr std::size_t kMost = 64U << 20;
  if (sent > kMost) return "answers without an end";
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http::h2::test
