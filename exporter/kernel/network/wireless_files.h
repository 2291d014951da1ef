#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/kernel/network/wireless.h"

namespace orchestrator_exporter {

// Files in place of the kernel: interfaces.json, and in a folder per interface bss.json and
// stationinfo.json. A file that does not exist means that there is nothing of it.
class WirelessFiles final : public WirelessSource {
 public:
  // An absolute path.
  explicit WirelessFiles(std::string directory) : directory_(std::move(directory)) {}

  std::optional<std::vector<WirelessInterface>> interfaces(Kernel& kernel) override;
  std::optional<BasicServiceSet> serviceSet(Kernel& kernel,
                                            const WirelessInterface& interface) override;
  std::vector<WirelessStation> stations(Kernel& kernel,
                                        const WirelessInterface& interface) override;

 private:
  std::string directory_;
};

}  // namespace orchestrator_exporter
