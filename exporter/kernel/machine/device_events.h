#pragma once

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// Whether something came to the running kernel or went: devices, modules and drivers, as it tells
// of them in uevents (Documentation/ABI/stable/sysfs-… and lib/kobject_uevent.c). For one thread.
class DeviceEvents {
 public:
  DeviceEvents();

  // True if there was an event since the last call, and always where none can be heard.
  bool any();

 private:
  Descriptor socket_;
};

}  // namespace orchestrator_exporter
