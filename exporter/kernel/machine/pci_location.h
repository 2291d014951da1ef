#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Where a PCI device sits, each part in hexadecimal: 0000:3b:00.1 is segment, bus, device and
// function.
struct PciLocation {
  std::string segment;
  std::string bus;
  std::string device;
  std::string function;
};

// Reads the name of a device below sys/bus/pci/devices; nullopt for any other name.
std::optional<PciLocation> parsePciLocation(std::string_view name);

// With at least so many digits.
std::string hexadecimal(std::uint32_t number, int digits);

}  // namespace orchestrator_exporter
