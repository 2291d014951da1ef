#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/kernel/network/netlink.h"

namespace orchestrator_exporter {

// Generic netlink (Documentation/networking/generic_netlink.rst): families of messages that kernel
// modules bring, found by name. Throws as NetlinkSocket does. For one thread at a time.
class GenericNetlink {
 public:
  // The number of a family; nullopt if the kernel has none of that name, or does not let this
  // process know. Numbers change when a module is loaded again, so ask before each use.
  std::optional<std::uint16_t> family(std::string_view name);

  // `name` is what errors call the request.
  static NetlinkRequest request(std::string name, std::uint16_t family, std::uint8_t command);

  NetlinkSocket& socket() { return socket_; }

 private:
  NetlinkSocket socket_{NETLINK_GENERIC};
};

}  // namespace orchestrator_exporter
