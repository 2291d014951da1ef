#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

inline constexpr std::size_t kMaxHeadBytes = 16U << 10;        // with its empty line
inline constexpr std::size_t kMaxRequestLineBytes = 8U << 10;  // without its CRLF
// civetweb, which reads what was checked, has places for 64.
inline constexpr std::size_t kMaxFields = 60;
// The longest of IANA's registry, UPDATEREDIRECTREF, has 17.
inline constexpr std::size_t kMaxMethodBytes = 32;

// A request's head that was checked whole (RFC 9112, 2 to 6), so that nothing later needs to doubt
// it. How long its body is, is said once: by `contentLength`, by `chunked`, or by neither, then
// there is no body.
struct RequestHead {
  std::string method;    // as sent, any token: see isKnownMethod()
  std::string target;    // path and query, not decoded, whatever form was sent; "*" for OPTIONS *
  int minorVersion = 1;  // of HTTP/1: 0, or 1 for all later ones
  bool http2 = false;    // came by HTTP/2
  // In their order, without the whitespace around values. Host says the same as `host`.
  Fields fields;
  // host[:port] of an absolute-form target, else of the Host field; empty for an empty one, and
  // for HTTP/1.0 without one.
  std::string host;
  std::optional<std::uint64_t> contentLength;
  bool chunked = false;
  bool keepAlive = true;         // the client wants to send another request on this connection
  bool expectsContinue = false;  // the body comes once the client was sent a 100 (Continue)
  std::size_t bytes = 0;         // of the head as sent, with its empty line

  // The first header field of this name; nullopt if there is none.
  std::optional<std::string_view> header(std::string_view name) const;

  bool operator==(const RequestHead&) const = default;
};

// Reads the head of a request at the start of `bytes`, of which more may follow; nullopt while it
// is not whole. One empty line before it is passed over. To be called again with more bytes, from
// the same start; the result for a head does not depend on how it was cut.
//
// Throws HttpError for a head that is refused, as soon as the byte that no head can have, or the
// line that makes no sense, is there: nothing that comes later makes it valid. Where its body ends
// is unknown then, so the connection must be closed after the answer. Status: 414 for a request
// line, 431 for a head or a number of fields beyond the limits above; 501 for CONNECT and for a
// method longer than kMaxMethodBytes; 505 for HTTP/2.0 and later; 417 for an expectation other than
// 100-continue; else 400.
//
// Stricter than RFC 9112 asks for, since what two readers read differently hides requests: a line
// ends in CRLF and never in LF alone, one space separates the parts of the request line, and
// Transfer-Encoding is "chunked" alone.
std::optional<RequestHead> parseRequestHead(std::string_view bytes);

// Whether the method is one of GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH: any other one is to be
// answered with 501.
bool isKnownMethod(std::string_view method);

}  // namespace orchestrator_exporter::http
