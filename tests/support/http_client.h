#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter::test {

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // as sent: gzip stays gzip

  // Empty if there is no such field; names compare without regard to case.
  std::string header(std::string_view name) const;
};

// A blocking client of one connection, for tests: sends any bytes, reads answers that have a
// Content-Length. Throws std::runtime_error where it cannot connect.
class HttpClient {
 public:
  explicit HttpClient(int port, const std::string& host = "127.0.0.1");
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False if the server has closed the connection.
  bool send(std::string_view bytes);

  // The next answer; nullopt if the connection ends or stays silent before it is whole.
  // With `headOnly`, as after a HEAD, the body is not waited for.
  std::optional<HttpAnswer> receive(bool headOnly = false);

  // All bytes up to and with this text, of a stream that has no end; those that came if it ends or
  // stays silent before.
  std::string receiveUntil(std::string_view text);

  // Sends a request without a body and receives its answer. `headers` are whole lines with CR LF.
  std::optional<HttpAnswer> request(std::string_view method, std::string_view target,
                                    std::string_view headers = "");
  std::optional<HttpAnswer> get(std::string_view target, std::string_view headers = "") {
    return request("GET", target, headers);
  }

  // Whether the server ends the connection within this time, reading what comes before.
  bool closedWithin(std::chrono::milliseconds time);

 private:
  bool receiveMore(std::chrono::milliseconds time);

  int socket_;
  std::string received_;  // and not consumed yet
  bool ended_ = false;
};

// What gzip packed; throws std::runtime_error unless it is exactly one member.
std::string gunzip(std::string_view packed);

}  // namespace orchestrator_exporter::test
