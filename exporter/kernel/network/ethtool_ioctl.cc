#include "exporter/kernel/network/ethtool_ioctl.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

namespace {

// No driver has more; a count above it is not believed.
constexpr std::uint32_t kMostStatistics = 32768;
// The kernel writes as many as the driver has by then, whatever was asked for: room for queues that
// were added since.
constexpr std::size_t kSpareStatistics = 4096;

template <std::size_t kSize>
std::string textOf(const char (&field)[kSize]) {
  return {field, strnlen(field, kSize)};
}

}  // namespace

int EthtoolIoctl::call(std::string_view device, void* command) {
  if (!socket_.isOpen()) socket_ = Descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_.isOpen()) throw ReadError(errno, "ethtool socket");
  ifreq request{};
  if (device.size() >= sizeof request.ifr_name) return ENODEV;
  std::copy(device.begin(), device.end(), request.ifr_name);
  request.ifr_data = static_cast<char*>(command);
  return ioctl(socket_.get(), SIOCETHTOOL, &request) == 0 ? 0 : errno;
}

EthtoolAnswer<EthtoolLink> EthtoolIoctl::link(std::string_view device) {
  ethtool_cmd command{};
  command.cmd = ETHTOOL_GSET;
  if (const int error = call(device, &command)) return {{}, error};
  return {{command.supported, command.advertising, command.autoneg}, 0};
}

EthtoolAnswer<EthtoolDriver> EthtoolIoctl::driver(std::string_view device) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (const int error = call(device, &info)) return {{}, error};
  return {{textOf(info.driver), textOf(info.version), textOf(info.fw_version),
           textOf(info.erom_version), textOf(info.bus_info), info.n_stats},
          0};
}

EthtoolAnswer<std::vector<EthtoolStatistic>> EthtoolIoctl::statistics(std::string_view device,
                                                                      std::uint32_t count) {
  if (count == 0) return {{}, EOPNOTSUPP};
  if (count > kMostStatistics) return {{}, E2BIG};
  const std::size_t room = count + kSpareStatistics;
  std::vector<char> names(sizeof(ethtool_gstrings) + room * ETH_GSTRING_LEN);
  const std::uint32_t wanted[] = {ETHTOOL_GSTRINGS, ETH_SS_STATS, count};
  std::memcpy(names.data(), wanted, sizeof wanted);
  if (const int error = call(device, names.data())) return {{}, error};

  std::vector<std::uint64_t> values(sizeof(ethtool_stats) / sizeof(std::uint64_t) + room);
  const std::uint32_t asked[] = {ETHTOOL_GSTATS, count};
  std::memcpy(values.data(), asked, sizeof asked);
  if (const int error = call(device, values.data())) return {{}, error};

  std::vector<EthtoolStatistic> statistics;
  const char* name = names.data() + sizeof(ethtool_gstrings);
  for (std::uint32_t i = 0; i < count; ++i, name += ETH_GSTRING_LEN) {
    statistics.push_back({std::string(name, strnlen(name, ETH_GSTRING_LEN)),
                          values[sizeof(ethtool_stats) / sizeof(std::uint64_t) + i]});
  }
  return {std::move(statistics), 0};
}

}  // namespace orchestrator_exporter
