#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/front/parsing/chunked_body.h"
#include "http/server/message.h"

// What holds for http::ChunkedBody and any bytes, for the fuzzer and for the tests.
namespace orchestrator_exporter::test {

// What became of some bytes: a whole body (done), a refusal (status above 0), or neither.
struct BodyOutcome {
  std::string body;
  std::size_t taken = 0;  // of the bytes; unknown after a refusal
  bool done = false;
  int status = 0;
  std::string reason;

  bool operator==(const BodyOutcome&) const = default;
};

// Of bytes that come in pieces of this size.
inline BodyOutcome bodyOutcome(std::string_view bytes, std::size_t limit, std::size_t pieceSize) {
  BodyOutcome outcome;
  http::ChunkedBody decoder(limit);
  try {
    while (outcome.taken < bytes.size() && !decoder.done()) {
      outcome.taken += decoder.feed(bytes.substr(outcome.taken, pieceSize), outcome.body);
    }
    outcome.done = decoder.done();
  } catch (const http::HttpError& error) {
    outcome.taken = 0;
    outcome.status = error.status();
    outcome.reason = error.what();
  }
  return outcome;
}

// The first promise that http::ChunkedBody breaks for these bytes; nullopt if it holds them all.
inline std::optional<std::string> brokenBodyPromise(std::string_view bytes, std::size_t limit,
                                                    std::size_t pieceSize) {
  const BodyOutcome whole = bodyOutcome(bytes, limit, std::max<std::size_t>(bytes.size(), 1));
  if (bodyOutcome(bytes, limit, pieceSize) != whole) return "it matters how the bytes come";
  if (whole.body.size() > limit) return "the body is larger than its limit";
  if (whole.body.size() > bytes.size()) return "the body is larger than what came";
  if (whole.status > 0) return std::nullopt;
  if (!whole.done) {
    return whole.taken == bytes.size() ? std::nullopt
                                       : std::optional<std::string>("bytes were left that belong");
  }
  if (!bytes.substr(0, whole.taken).ends_with("\r\n")) return "the body has no end";
  if (bodyOutcome(bytes.substr(0, whole.taken - 1), limit, bytes.size()).done) {
    return "the body is whole too early";
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::test
