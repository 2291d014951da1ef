#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exporter::http {

// What an endpoint gets to see of a request. Owns nothing of the connection, so that a test can
// make one; valid for the call only.
struct Request {
  std::string method = "GET";
  std::string path = "/";  // decoded, without the query
  // Query parameters in their order, decoded; a name may come several times.
  std::vector<std::pair<std::string, std::string>> parameters = {};
  // Header fields as sent; names compare without regard to case.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string remoteAddress = "127.0.0.1";

  // The first header field of this name; nullopt where there is none.
  std::optional<std::string_view> header(std::string_view name) const;
  // All values of a query parameter, in their order.
  std::vector<std::string_view> values(std::string_view parameter) const;
  // Came from 127.0.0.0/8 or ::1 (also as ::ffff:127.x).
  bool fromLoopback() const;
};

// What an endpoint answers. The server adds Content-Length, Date, and compresses where the client
// allows it and `compressible` is set.
struct Response {
  int status = 200;
  std::string contentType = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  // Where set, the body is these pieces one after the other instead of `body`, for answers too large
  // to be joined; `owner` keeps them alive.
  std::vector<std::string_view> parts = {};
  std::shared_ptr<const void> owner = {};
  bool compressible = false;
};

// Answers one request; called by several threads at once. Throws HttpError for a request that it
// refuses, ParseError for one that it cannot digest (answered with 400).
using Endpoint = std::function<Response(const Request&)>;

// A request that is refused: `status` with the reason as text, or as the body given.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& reason) : std::runtime_error(reason), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

}  // namespace exporter::http
