#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// The names of network interfaces by index, each asked of the kernel once until forget(), because
// names change. For one thread.
class InterfaceNames {
 public:
  // Empty if there is no such interface. Valid until the next call.
  std::string_view of(int index);
  // Called between scrapes.
  void forget() { entries_.clear(); }

 private:
  struct Entry {
    int index;
    std::string name;
  };
  std::vector<Entry> entries_;  // by index
  Descriptor socket_;
};

}  // namespace orchestrator_exporter
