#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// What a driver says of itself. Texts end at the first NUL.
struct EthtoolDriver {
  std::string name;
  std::string version;
  std::string firmwareVersion;
  std::string expansionRomVersion;
  std::string busInfo;
  std::uint32_t statistics = 0;  // how many it has
};

// The old link settings: of the link modes (ETHTOOL_LINK_MODE_…_BIT) only the first 32.
struct EthtoolLink {
  std::uint32_t supported = 0;
  std::uint32_t advertised = 0;
  std::uint8_t autonegotiation = 0;
};

struct EthtoolStatistic {
  std::string name;
  std::uint64_t value = 0;
};

// An answer, or the errno of the call that was refused.
template <typename Value>
struct EthtoolAnswer {
  Value value{};
  int error = 0;
};

// Asks network drivers through the SIOCETHTOOL ioctl (linux/ethtool.h) in the network namespace of
// the thread that uses it first. Throws ReadError where no socket is to be had. For one thread at a
// time.
class EthtoolIoctl {
 public:
  EthtoolAnswer<EthtoolLink> link(std::string_view device);
  EthtoolAnswer<EthtoolDriver> driver(std::string_view device);
  // As many as driver() said.
  EthtoolAnswer<std::vector<EthtoolStatistic>> statistics(std::string_view device,
                                                          std::uint32_t count);

 private:
  // 0 or errno.
  int call(std::string_view device, void* command);

  Descriptor socket_;
};

}  // namespace orchestrator_exporter
