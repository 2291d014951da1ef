#pragma once

#include <optional>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The octets of IP that came to the network namespace of this process and left it, as the IpExt
// rows of /proc/self/net/netstat count them; nullopt for what the kernel does not tell.
struct IpOctets {
  std::optional<double> received;
  std::optional<double> sent;
};

// Those of this scrape. The kernel sums up all of netstat over all processors to tell them, a
// twentieth of the cost of a scrape: so who has read the file already shares them
// (shareIpOctets()), and only if nobody has is it read.
const IpOctets& readIpOctets(Kernel& kernel);
void shareIpOctets(Kernel& kernel, const IpOctets& octets);

}  // namespace orchestrator_exporter
