#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http::grpc {

// What becomes of a call, by gRPC's numbers (its document statuscodes.md); those that are used
// here.
enum class Status : std::uint8_t {
  kOk = 0,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

// What a status of HTTP says to a client that knows gRPC's alone. Of these it calls again after 4,
// 8 (of OTLP: if told so) and 14.
Status statusOf(int httpStatus);

// A text as the field grpc-message has it: printable ASCII but for %, the rest percent-encoded.
std::string percentEncoded(std::string_view text);

}  // namespace orchestrator_exporter::http::grpc
