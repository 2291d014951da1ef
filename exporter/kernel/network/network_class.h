#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

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

}  // namespace orchestrator_exporter
