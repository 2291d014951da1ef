#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http::grpc {

// Each message of a call stands behind a byte that says whether it is packed and four that have its
// size (gRPC over HTTP/2, Length-Prefixed-Message).
inline constexpr std::size_t kPrefixBytes = 5;

struct Message {
  bool packed = false;  // as grpc-encoding says
  std::string_view bytes;
};

// How large the message at the start of `bytes` will be, without its prefix; nullopt while the
// prefix is not there.
std::optional<std::uint32_t> sizeOf(std::string_view bytes);

// The one message of a unary call. Throws ParseError for none, a part of one, or more than one.
Message onlyMessage(std::string_view bytes);

// A message that is not packed, behind its prefix.
std::string framed(std::string_view message);

}  // namespace orchestrator_exporter::http::grpc
