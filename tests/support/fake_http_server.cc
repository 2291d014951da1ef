#include "tests/support/fake_http_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace orchestrator_exporter {

namespace {

void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string("fake HTTP server: ") + what);
}

// Whether the head has ended and the body is as long as the head says.
bool isWhole(const std::string& request) {
  constexpr const char* kLength = "Content-Length: ";
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::size_t length = request.find(kLength);
  if (length == std::string::npos) return true;
  return request.size() >= end + 4 + std::stoul(request.substr(length + std::strlen(kLength)));
}

}  // namespace

FakeHttpServer::FakeHttpServer(std::string answer)
    : answer_(std::move(answer)), listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  require(bind(listening_, generic, size) == 0 && listen(listening_, 5) == 0, "cannot listen");
  require(getsockname(listening_, generic, &size) == 0, "no port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeHttpServer::FakeHttpServer(std::string answer, const std::string& path)
    : answer_(std::move(answer)), listening_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  require(path.size() < sizeof address.sun_path, "path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  require(bind(listening_, generic, sizeof address) == 0 && listen(listening_, 5) == 0,
          "cannot listen");
  thread_ = std::thread([this] { serve(); });
}

FakeHttpServer::~FakeHttpServer() {
  shutdown(listening_, SHUT_RDWR);
  thread_.join();
  close(listening_);
}

std::string FakeHttpServer::request() const {
  const std::lock_guard lock(mutex_);
  return request_;
}

void FakeHttpServer::serve() {
  while (true) {
    const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::string request;
    char part[4096];
    while (!isWhole(request)) {
      const ssize_t got = recv(client, part, sizeof part, 0);
      if (got <= 0) break;
      request.append(part, static_cast<std::size_t>(got));
    }
    {
      const std::lock_guard lock(mutex_);
      request_ = request;
    }
    for (std::size_t sent = 0; sent < answer_.size();) {
      const ssize_t more = send(client, answer_.data() + sent, answer_.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    close(client);
  }
}

}  // namespace orchestrator_exporter
