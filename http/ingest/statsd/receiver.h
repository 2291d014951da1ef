#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "http/ingest/statsd/datagrams.h"
#include "http/ingest/statsd/delivery.h"
#include "http/ingest/statsd/sockets.h"
#include "http/ingest/statsd/statistics.h"

struct pollfd;

namespace orchestrator_exporter::http::statsd {

// Listens for StatsD and brings what comes to a Delivery, on one thread of its own, from
// construction to destruction.
class Receiver {
 public:
  struct Config {
    std::string udp = {};  // host:port; nobody is listened to if empty, here and below
    std::string tcp = {};
    std::string unixgram = {};  // path
    mode_t unixgramMode = 0755;
    int bufferBytes = 8 << 20;  // of datagrams that are not read yet
  };

  // Both outlive it, and nobody else brings lines to the delivery. Throws std::runtime_error, one
  // line, for what it cannot listen on.
  Receiver(const Config& config, Delivery& delivery, Statistics& statistics);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // 0 if it does not listen there.
  std::uint16_t udpPort() const { return udp_ ? portOf(udp_) : 0; }
  std::uint16_t tcpPort() const { return tcp_ ? portOf(tcp_) : 0; }

 private:
  static constexpr std::size_t kLongestLine = 65536;
  static constexpr std::size_t kMostConnections = 1024;

  struct Connection {
    OwnedSocket socket;
    std::string begun;  // of a line whose end has not come
  };

  void run(const std::stop_token& stop);
  std::vector<pollfd> watched() const;
  std::size_t readUdp();
  std::size_t readUnixgram();
  // Whether there are other connections now.
  bool acceptAll();
  void giveUpOne();
  // False if the connection is over.
  bool readStream(Connection& connection);
  bool takeLines(Connection& connection, std::string_view text);

  Delivery& delivery_;
  Statistics& statistics_;
  OwnedSocket wake_;  // becomes readable at the end
  OwnedSocket udp_;
  OwnedSocket tcp_;
  OwnedSocket unixgram_;
  const std::string unixgramFile_;
  DatagramReader udpReader_;
  DatagramReader unixgramReader_;
  std::map<int, Connection> connections_;  // by their sockets
  std::jthread thread_;                    // last: uses the others
};

}  // namespace orchestrator_exporter::http::statsd
