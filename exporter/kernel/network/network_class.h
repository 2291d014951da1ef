#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

// The network devices below sys/class/net (Documentation/ABI/testing/sysfs-class-net).

// Their names in byte order, without plain files such as bonding_masters; nullopt if the folder
// is missing or not permitted. Throws ReadError for every other failure. A device may be gone when
// it is read.
std::optional<std::vector<std::string_view>> networkDevices(Kernel& kernel);

// An attribute of a device; nullopt if the device has none, or none in its present state: many
// answer EINVAL while a device is down, or if its driver does not know; and if the device is
// gone. Throws ReadError for every other failure.
std::optional<std::string_view> networkAttribute(Kernel& kernel, std::string_view device,
                                                 std::string_view attribute);

// The links of all devices, by their indices: one dump for all collectors of a scrape, which the
// first asks for. Valid until the scrape ends. Throws as RouteNetlink does.
const std::vector<Link>& networkLinks(Kernel& kernel, RouteNetlink& routes);

// The devices as one dump of route netlink tells them, in place of twenty files
// for each. Sysfs shows the network namespace of the process that mounted it and netlink that of
// the thread, so both are compared before anything is taken from netlink, and again whenever a
// device came, went or changed its address. For one thread at a time.
class DeviceLinks {
 public:
  // The link of each of `names` (networkDevices()), in their order, until the scrape ends; nullopt
  // if sysfs alone can tell: it is a tree of files, netlink is not to be had, or it tells of other
  // devices.
  std::optional<std::vector<const Link*>> read(Kernel& kernel,
                                               const std::vector<std::string_view>& names);

 private:
  bool areTheSame(Kernel& kernel, const std::vector<Link>& links);

  RouteNetlink routes_;
  std::vector<Link> compared_;  // those that were found to be the same
  std::size_t pauses_ = 0;      // scrapes to go without a new try
};

}  // namespace orchestrator_exporter
