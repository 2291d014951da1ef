#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Where a daemon of this host answers HTTP requests: `http://[user:password@]host[:port][/path]`,
// or `unix:///path/of/socket`, whose requests go to /RPC2.
struct HttpAddress {
  // nullopt for anything else.
  static std::optional<HttpAddress> parse(std::string_view url);

  std::string socketPath = {};  // not empty: a socket of this host
  std::string host = {};        // without brackets
  std::uint16_t port = 80;
  std::string target = "/";
  std::string credentials = {};  // user:password, or empty
};

// Sends a POST request and gives the body of the answer. Speaks HTTP/1.0, so that the answer ends
// with the connection and comes in one piece. Throws SocketError, and ParseError for an answer that
// is not HTTP, is too large, or has another status than 2xx.
std::string postHttp(const HttpAddress& address, std::string_view contentType,
                     std::string_view body, std::chrono::steady_clock::time_point deadline);

}  // namespace orchestrator_exporter
