#pragma once

#include <cstddef>
#include <optional>
#include <string>
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

// The devices as one dump of route netlink tells them, in place of twenty files
// for each. Sysfs shows the network namespace of the process that mounted it and netlink that of
// the thread, so both are compared before anything is taken from netlink, and again whenever a
// device came, went or changed its address. For one thread at a time.
class DeviceLinks {
 public:
  // The link of each of `names` (networkDevices()), in their order; null if sysfs alone can tell:
  // it is a tree of files, netlink is not to be had, or it tells of other devices.
  const std::vector<Link>* read(Kernel& kernel, const std::vector<std::string_view>& names);

 private:
  bool areThose(Kernel& kernel, const std::vector<std::string_view>& names);

  RouteNetlink routes_;
  std::vector<Link> links_;
  std::string compared_;    // what the devices were that were found to be the same
  std::size_t pauses_ = 0;  // scrapes to go without a new try
};

}  // namespace orchestrator_exporter
