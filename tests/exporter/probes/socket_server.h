#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace orchestrator_exporter::probes::test {

// Listens on a free TCP port of loopback and hands each connection to a function, on a thread of
// its own. The socket is closed after it; the end of the server shuts it down before.
class SocketServer {
 public:
  explicit SocketServer(std::function<void(int socket)> serve);
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void listen();

  const std::function<void(int)> serve_;
  std::uint16_t port_ = 0;  // before the socket, whose binding tells it
  int listening_;
  std::mutex mutex_;  // guards what follows
  std::list<int> sockets_;
  std::list<std::thread> threads_;
  std::thread listener_;
};

// Sends all of it, or as much as the peer takes.
void sendAll(int socket, std::string_view bytes);
// Reads until a line end or the end of the connection; without the line end.
std::string receiveLine(int socket);

// Answers datagrams on a free UDP port of loopback; an empty answer is not sent.
class DatagramServer {
 public:
  explicit DatagramServer(std::function<std::string(std::string_view)> answer);
  ~DatagramServer();
  DatagramServer(const DatagramServer&) = delete;
  DatagramServer& operator=(const DatagramServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const std::function<std::string(std::string_view)> answer_;
  std::uint16_t port_ = 0;  // before the socket, whose binding tells it
  int socket_;
  std::thread thread_;
};

// A port of loopback where nobody listens.
std::uint16_t refusedPort();

}  // namespace orchestrator_exporter::probes::test
