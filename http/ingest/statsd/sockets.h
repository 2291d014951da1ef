#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>

namespace orchestrator_exporter::http::statsd {

// A descriptor that is closed with its owner.
class OwnedSocket {
 public:
  OwnedSocket() = default;
  explicit OwnedSocket(int descriptor) : descriptor_(descriptor) {}
  OwnedSocket(OwnedSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OwnedSocket();

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// Sockets to listen on, none of which blocks. All throw std::runtime_error, one line such as
// "cannot listen on 127.0.0.1:9125: Address already in use".

// Datagrams of UDP, with the count of those that the kernel dropped beside each. The kernel keeps
// up to `bufferBytes` of what was not read yet, or as much as it lets this process have.
OwnedSocket listenUdp(const std::string& address, int bufferBytes);
OwnedSocket listenTcp(const std::string& address);
// Datagrams of a unix socket, whose file gets this mode; one that nobody listens on any more is
// replaced.
OwnedSocket listenUnixgram(const std::string& path, mode_t mode, int bufferBytes);

// Of a bound socket of TCP or UDP.
std::uint16_t portOf(const OwnedSocket& socket);

}  // namespace orchestrator_exporter::http::statsd
