#include "exporter/kernel/network/interface_names.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

namespace orchestrator_exporter {

std::string_view InterfaceNames::of(int index) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), index,
                                   [](const Entry& entry, int i) { return entry.index < i; });
  if (at != entries_.end() && at->index == index) return at->name;
  // As if_indextoname(3) asks, which makes a socket each time.
  if (!socket_.isOpen()) socket_ = Descriptor(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_ifindex = index;
  if (ioctl(socket_.get(), SIOCGIFNAME, &request) != 0) request.ifr_name[0] = '\0';
  request.ifr_name[IF_NAMESIZE - 1] = '\0';
  return entries_.insert(at, {index, request.ifr_name})->name;
}

}  // namespace orchestrator_exporter
