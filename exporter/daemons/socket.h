#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// A peer that cannot be reached, or does not answer in time.
class SocketError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A connected socket that waits no longer than its deadline. Every call throws SocketError, which
// names the peer.
class Socket {
 public:
  using Clock = std::chrono::steady_clock;

  // TCP, to the first address of the host that answers.
  static Socket stream(const std::string& host, std::uint16_t port, Clock::time_point deadline);
  // A stream socket of this host.
  static Socket local(const std::string& path, Clock::time_point deadline);
  // UDP, to the first address of the host; takes datagrams from there only.
  static Socket datagram(const std::string& host, std::uint16_t port, Clock::time_point deadline);

  // How many routers a packet may pass (TTL, hop limit).
  void setHopLimit(int hops);
  void send(std::string_view bytes);
  // What has come, at most `size` bytes: for datagrams one, for streams a part, of 0 bytes at the
  // end.
  std::size_t receive(char* bytes, std::size_t size);

 private:
  Socket(Descriptor descriptor, std::string peer, Clock::time_point deadline)
      : descriptor_(std::move(descriptor)), peer_(std::move(peer)), deadline_(deadline) {}
  static Socket open(const std::string& host, std::uint16_t port, int type,
                     Clock::time_point deadline);
  void connect(const void* address, unsigned addressBytes);
  void wait(short events) const;
  [[noreturn]] void fail(int error) const;

  Descriptor descriptor_;
  std::string peer_;
  Clock::time_point deadline_;
};

}  // namespace orchestrator_exporter
