#pragma once

#include <optional>
#include <string>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// Where selinuxfs is mounted for this process and may be written to; nullopt where SELinux is off:
// where it is not mounted, or where this process still carries the label that processes have before
// a policy is loaded.
std::optional<std::string> selinuxMountPoint(Kernel& kernel);

// 1 where the policy is enforced, 0 where it only warns, another number where it cannot be read:
// -1.
int selinuxMode(Kernel& kernel, const std::string& mountPoint);

// The mode that etc/selinux/config asks for, likewise.
int configuredSelinuxMode(Kernel& kernel);

}  // namespace orchestrator_exporter
