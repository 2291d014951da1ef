#include "exporter/kernel/machine/device_events.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace orchestrator_exporter {

namespace {

// The group that the kernel itself speaks to; udev's is another.
constexpr unsigned kKernelGroup = 1;

}  // namespace

DeviceEvents::DeviceEvents()
    : socket_(
          socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT)) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kKernelGroup;
  // Little room is enough: an event that is lost for want of it makes recv() fail, which tells as
  // much.
  constexpr int kRoom = 1;
  if (socket_.isOpen() &&
      (setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &kRoom, sizeof kRoom) != 0 ||
       bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)) {
    socket_ = Descriptor();
  }
}

bool DeviceEvents::any() {
  bool found = false;
  while (true) {
    std::array<char, 1> byte;
    if (recv(socket_.get(), byte.data(), byte.size(), 0) >= 0 || errno == ENOBUFS) {
      found = true;
    } else if (errno != EINTR) {
      return found || errno != EAGAIN;
    }
  }
}

}  // namespace orchestrator_exporter
