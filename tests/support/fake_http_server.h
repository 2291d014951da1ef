#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace orchestrator_exporter {

// Sends every client the same bytes once its request is there, and hangs up.
class FakeHttpServer {
 public:
  // On a TCP port of loopback.
  explicit FakeHttpServer(std::string answer);
  // On a socket at this path.
  FakeHttpServer(std::string answer, const std::string& path);
  ~FakeHttpServer();
  FakeHttpServer(const FakeHttpServer&) = delete;
  FakeHttpServer& operator=(const FakeHttpServer&) = delete;

  int port() const { return port_; }
  // The last request.
  std::string request() const;

 private:
  void serve();

  std::string answer_;
  int listening_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::string request_;
  std::thread thread_;
};

}  // namespace orchestrator_exporter
