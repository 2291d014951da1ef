#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace orchestrator_exporter::http::statsd {

// Reads datagrams many at a time. Memory for the longest is kept, and touched as far as datagrams
// are long. For one thread.
class DatagramReader {
 public:
  static constexpr std::size_t kAtOnce = 64;

  using Take = std::function<void(std::string_view)>;

  DatagramReader();
  DatagramReader(const DatagramReader&) = delete;
  DatagramReader& operator=(const DatagramReader&) = delete;

  // Hands on what is there, at most kAtOnce of them, and says how many there were.
  std::size_t read(int socket, const Take& take);
  // How many the kernel has dropped since the socket was made, as the last datagram told; only of
  // sockets that tell.
  std::uint32_t drops() const { return drops_; }

 private:
  static constexpr std::size_t kLongest = 65536;
  using Control = std::array<char, CMSG_SPACE(sizeof(std::uint32_t))>;

  void noteDrops(msghdr& header);

  const std::unique_ptr<char[]> memory_;
  std::array<iovec, kAtOnce> places_ = {};
  alignas(cmsghdr) std::array<Control, kAtOnce> controls_ = {};
  std::array<mmsghdr, kAtOnce> messages_ = {};
  std::uint32_t drops_ = 0;
};

}  // namespace orchestrator_exporter::http::statsd
