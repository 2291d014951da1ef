#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// The names of PCI vendors, devices and classes in the format of pci.ids (https://pci-ids.ucw.cz):
// one name per line, tabs tell the level. What the file does not name comes back as its number.
// Looks through the whole text at each question. Valid while the text is.
class PciDatabase {
 public:
  explicit PciDatabase(std::string_view text) : text_(text) {}

  std::string vendor(std::uint32_t vendor) const;
  std::string device(std::uint32_t vendor, std::uint32_t device) const;
  std::string subsystem(std::uint32_t vendor, std::uint32_t device, std::uint32_t subsystemVendor,
                        std::uint32_t subsystemDevice) const;
  // Of a class code with its subclass and programming interface: the most exact name there is.
  std::string deviceClass(std::uint32_t code) const;

 private:
  std::string_view text_;
};

}  // namespace orchestrator_exporter
