#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace orchestrator_exporter::test {

// What a client sent, as it came.
struct ReceivedRequest {
  std::string line;  // POST /path HTTP/1.1
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int connection = 0;  // the first is 0

  // Empty if there is no such field; names compare without regard to case.
  std::string header(std::string_view name) const;
  bool has(std::string_view name) const;
};

// A server of HTTP/1.1 on loopback that a test tells what to do with each request. Connections are
// kept, and served one thread each.
class ScriptedServer {
 public:
  // The bytes to answer with; kHang answers nothing and keeps the connection open, kClose closes
  // it.
  using Script = std::function<std::string(const ReceivedRequest&)>;
  static constexpr std::string_view kHang = "hang";
  static constexpr std::string_view kClose = "close";

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  std::string url(std::string_view path = "/") const;
  // All requests so far, in the order in which they were whole.
  std::vector<ReceivedRequest> requests() const;
  // Waits until there were so many requests; false if they do not come in a minute.
  bool waitFor(std::size_t requests) const;

 private:
  void listen();
  void serve(int socket, int connection);
  std::optional<ReceivedRequest> receive(int socket, std::string& pending) const;

  const Script script_;
  int listening_;
  int port_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::vector<ReceivedRequest> requests_;
  std::vector<int> sockets_;
  std::list<std::thread> threads_;
  std::thread listener_;
};

// "HTTP/1.1 STATUS …" with a Content-Length and these whole header lines, CR LF included.
std::string httpAnswer(int status, std::string_view body = "", std::string_view headers = "");

}  // namespace orchestrator_exporter::test
