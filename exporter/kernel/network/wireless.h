#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"
#include "exporter/kernel/network/generic_netlink.h"

namespace orchestrator_exporter {

struct WirelessInterface {
  std::uint32_t index = 0;
  std::string name;            // empty for a device that is no network interface
  std::int64_t megahertz = 0;  // 0 where it is tuned to none
};

// The network that an interface belongs to.
struct BasicServiceSet {
  enum class Mode { kUnknown, kClient, kAdHoc };

  std::string ssid;
  std::string bssid;  // bytes
  Mode mode = Mode::kUnknown;
};

// The other side of a link. Not every driver tells everything of it.
struct WirelessStation {
  std::string address;  // bytes
  std::optional<double> connectedSeconds;
  std::optional<double> inactiveSeconds;
  std::optional<double> receivedBytes;
  std::optional<double> transmittedBytes;
  std::optional<double> receivedPackets;
  std::optional<double> transmittedPackets;
  std::optional<double> receiveBitsPerSecond;
  std::optional<double> transmitBitsPerSecond;
  std::optional<double> signal;  // dBm
  std::optional<double> transmitRetries;
  std::optional<double> transmitFailures;
  std::optional<double> beaconLosses;
};

// Where the state of wireless devices comes from. Throws ReadError and ParseError.
class WirelessSource {
 public:
  virtual ~WirelessSource() = default;
  // nullopt if there is no such thing as wireless devices.
  virtual std::optional<std::vector<WirelessInterface>> interfaces(Kernel& kernel) = 0;
  virtual std::optional<BasicServiceSet> serviceSet(Kernel& kernel,
                                                    const WirelessInterface& interface) = 0;
  virtual std::vector<WirelessStation> stations(Kernel& kernel,
                                                const WirelessInterface& interface) = 0;
};

// The kernel's nl80211 (linux/nl80211.h).
class KernelWireless final : public WirelessSource {
 public:
  std::optional<std::vector<WirelessInterface>> interfaces(Kernel& kernel) override;
  std::optional<BasicServiceSet> serviceSet(Kernel& kernel,
                                            const WirelessInterface& interface) override;
  std::vector<WirelessStation> stations(Kernel& kernel,
                                        const WirelessInterface& interface) override;

 private:
  void dump(const char* name, std::uint8_t command, const WirelessInterface& interface,
            const NetlinkSocket::Begin& begin, const NetlinkSocket::Visit& visit);

  GenericNetlink netlink_;
  std::uint16_t family_ = 0;
};

// Read one message of the kernel's answers to the three questions above.
WirelessInterface readWirelessInterface(const NetlinkMessage& message);
// nullopt for a network that the interface only hears.
std::optional<BasicServiceSet> readServiceSet(const NetlinkMessage& message);
WirelessStation readWirelessStation(const NetlinkMessage& message);

}  // namespace orchestrator_exporter
