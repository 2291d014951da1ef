#include "socket_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace orchestrator_exporter::probes::test {

namespace {

int boundSocket(int type, std::uint16_t& port) {
  const int bound = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bound < 0 || ::bind(bound, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(bound, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no socket");
  }
  port = ntohs(address.sin_port);
  return bound;
}

}  // namespace

SocketServer::SocketServer(std::function<void(int)> serve)
    : serve_(std::move(serve)), listening_(boundSocket(SOCK_STREAM, port_)) {
  ::listen(listening_, 64);
  listener_ = std::thread([this] { listen(); });
}

SocketServer::~SocketServer() {
  ::shutdown(listening_, SHUT_RDWR);
  listener_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listening_);
}

void SocketServer::listen() {
  for (;;) {
    const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] {
      serve_(socket);
      ::shutdown(socket, SHUT_RDWR);
    });
  }
}

void sendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string receiveLine(int socket) {
  std::string line;
  char c = 0;
  while (::recv(socket, &c, 1, 0) == 1 && c != '\n') line += c;
  return line;
}

DatagramServer::DatagramServer(std::function<std::string(std::string_view)> answer)
    : answer_(std::move(answer)), socket_(boundSocket(SOCK_DGRAM, port_)) {
  thread_ = std::thread([this] {
    std::array<char, 4096> buffer;
    for (;;) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const ssize_t got = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&peer), &size);
      if (got <= 0) return;  // the end sends an empty one
      const std::string sent = answer_({buffer.data(), static_cast<std::size_t>(got)});
      if (sent.empty()) continue;
      ::sendto(socket_, sent.data(), sent.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }
  });
}

DatagramServer::~DatagramServer() {
  const int waker = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_);
  ::sendto(waker, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::close(waker);
  thread_.join();
  ::close(socket_);
}

std::uint16_t refusedPort() {
  std::uint16_t port = 0;
  ::close(boundSocket(SOCK_STREAM, port));
  return port;
}

}  // namespace orchestrator_exporter::probes::test
