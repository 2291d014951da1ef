#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exporter {

// The names of network interfaces by index, each asked of the kernel once. For one scrape, because
// names change.
class InterfaceNames {
 public:
  // Empty where there is no such interface. Valid until the next call.
  std::string_view of(int index);

 private:
  struct Entry {
    int index;
    std::string name;
  };
  std::vector<Entry> entries_;  // by index
};

}  // namespace exporter
