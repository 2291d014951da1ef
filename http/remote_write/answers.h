#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "http/client/requester.h"
#include "http/remote_write/queue/block.h"

namespace orchestrator_exporter::remote_write {

enum class Verdict : std::uint8_t {
  kTaken,     // whole
  kRefused,   // for good
  kRetry,     // the same bytes, later
  kFallBack,  // the receiver knows 1.0 alone: the same samples by that, at once
};

struct Judgement {
  Verdict verdict = Verdict::kTaken;
  std::string reason = {};  // why not taken: one line, at most 256 bytes of what the receiver said
  // No earlier than that, if the receiver said so; at most ten minutes.
  std::optional<std::chrono::milliseconds> retryAfter = {};
};

// What follows from a receiver's answer to a request of this protocol (remote write 1.0, "Retries
// & Backoff"; 2.0, "Required Written Response Headers").
Judgement judge(const http::ClientAnswer& answer, Protocol protocol, bool retryOnTooMany,
                std::chrono::system_clock::time_point now);

}  // namespace orchestrator_exporter::remote_write
