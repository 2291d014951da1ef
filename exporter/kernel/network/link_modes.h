#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/kernel/network/generic_netlink.h"

namespace orchestrator_exporter {

// Speed and duplex of a network device, as ethtool's netlink family tells them
// (Documentation/networking/ethtool-netlink.rst, LINKMODES_GET).
struct LinkMode {
  std::string device;
  std::uint32_t speed = 0;  // Mbit/s; all bits are set where the driver does not know it
  std::uint8_t duplex = 0;  // DUPLEX_HALF, DUPLEX_FULL, DUPLEX_UNKNOWN of linux/ethtool.h
};

// Those of all devices that have such settings; empty if the kernel has no such family (before
// 5.6).
std::vector<LinkMode> readLinkModes(GenericNetlink& netlink);

}  // namespace orchestrator_exporter
