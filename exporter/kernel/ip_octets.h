#pragma once

#include <optional>

namespace orchestrator_exporter {

// The octets of IP that came to the network namespace of this process and left it, as the IpExt
// rows of /proc/self/net/netstat count them.
struct IpOctets {
  double received = 0;
  double sent = 0;
};

// The kernel sums up all of netstat over all processors to tell them: a twentieth of the cost of a
// scrape. So who has read the file leaves them here for who comes after it. Thread-safe.
void leaveIpOctets(const IpOctets& octets);
// What was left in the last second, once.
std::optional<IpOctets> takeIpOctets();

}  // namespace orchestrator_exporter
