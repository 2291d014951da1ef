#include "http/grpc/status.h"

namespace orchestrator_exporter::http::grpc {

Status statusOf(int httpStatus) {
  switch (httpStatus) {
    case 200:
      return Status::kOk;
    case 400:
      return Status::kInvalidArgument;
    case 401:
      return Status::kUnauthenticated;
    case 403:
      return Status::kPermissionDenied;
    case 301:
    case 404:
    case 405:
    case 415:
    case 501:
      return Status::kUnimplemented;
    case 408:
      return Status::kDeadlineExceeded;
    case 413:
    case 414:
    case 431:
      return Status::kResourceExhausted;
    case 429:
    case 503:
      return Status::kUnavailable;
    case 500:
      return Status::kInternal;
    default:
      return Status::kUnknown;
  }
}

std::string percentEncoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

}  // namespace orchestrator_exporter::http::grpc
