#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {

class Channel;

// Names and values of header fields or query parameters, in their order; a name may come again.
using Fields = std::vector<std::pair<std::string, std::string>>;

// What an endpoint gets to see of a request. Owns nothing of the connection, so that a test can
// make one; valid for the call only.
struct Request {
  std::string method = "GET";
  std::string path = "/";  // decoded, without the query
  Fields parameters = {};  // of the query, decoded
  Fields headers = {};     // as sent; names compare without regard to case
  std::string body = {};
  std::string remoteAddress = "127.0.0.1";
  // Asks to stop once the client has hung up or the server ends: nobody reads the answer then.
  std::stop_token gone = {};

  // The first header field of this name; nullopt if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
  // All header fields of this name joined by commas, as lists may be sent (RFC 9110, 5.3).
  std::optional<std::string> headerList(std::string_view name) const;
  // All values of a query parameter, in their order.
  std::vector<std::string_view> values(std::string_view parameter) const;
  // Came from 127.0.0.0/8 or ::1 (also as ::ffff:127.x).
  bool fromLoopback() const;
};

// What an endpoint answers. The server adds Date and Content-Length, leaves the body out for HEAD,
// and compresses where the client allows it and `compressible` is set; such an endpoint names
// Accept-Encoding in a Vary header of its own.
struct Response {
  int status = 200;
  std::string contentType = "text/plain; charset=utf-8";
  Fields headers = {};
  std::string body = {};
  // Where set, the body is these pieces one after the other instead of `body`, for answers too
  // large to be joined; `owner` keeps them alive.
  std::vector<std::string_view> parts = {};
  std::shared_ptr<const void> owner = {};
  bool compressible = false;
  // Where set, the connection goes on behind the body with what the channel sends, without an end
  // that is known: status 200 for server-sent events, 101 for a WebSocket.
  std::shared_ptr<Channel> channel = {};
};

// Answers one request; called by several threads at once. Throws HttpError for a request that it
// refuses, ParseError for one that it cannot digest (answered with 400).
using Endpoint = std::function<Response(const Request&)>;

// A request that is refused: `status` with the reason as text and these headers besides.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& reason, Fields headers = {})
      : std::runtime_error(reason), status_(status), headers_(std::move(headers)) {}
  int status() const { return status_; }
  const Fields& headers() const { return headers_; }

 private:
  int status_;
  Fields headers_;
};

// The answer that tells a client so.
Response refusalOf(const HttpError& error);

// "Not Found" for 404; "Unknown" for a number that HTTP gives no name.
std::string_view reasonPhrase(int status);

}  // namespace orchestrator_exporter::http
