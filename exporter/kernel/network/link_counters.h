#pragma once

#include <linux/if_link.h>

#include <array>
#include <string_view>

namespace orchestrator_exporter {

// One of the kernel's counters of a network device and the family that shows it as it is
// (Documentation/networking/statistics.rst).
struct LinkCounter {
  __u64 rtnl_link_stats64::*counter;
  std::string_view family;
  std::string_view help;
};

extern const std::array<LinkCounter, 24> kLinkCounters;

}  // namespace orchestrator_exporter
