#include "http/grpc/message.h"

#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::grpc {

std::optional<std::uint32_t> sizeOf(std::string_view bytes) {
  if (bytes.size() < kPrefixBytes) return std::nullopt;
  std::uint32_t size = 0;
  for (const char c : bytes.substr(1, 4)) size = size << 8U | static_cast<unsigned char>(c);
  return size;
}

Message onlyMessage(std::string_view bytes) {
  const auto size = sizeOf(bytes);
  if (!size) throw ParseError("the call has no message");
  if (bytes.size() - kPrefixBytes < *size) throw ParseError("the message ends early");
  if (bytes.size() - kPrefixBytes > *size) throw ParseError("the call has more than one message");
  const char flag = bytes.front();
  if (flag != 0 && flag != 1) throw ParseError("the message has an unknown flag");
  return {flag == 1, bytes.substr(kPrefixBytes)};
}

std::string framed(std::string_view message) {
  std::string bytes(1, '\0');
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(message.size() >> shift & 0xFFU);
  }
  return bytes.append(message);
}

}  // namespace orchestrator_exporter::http::grpc
