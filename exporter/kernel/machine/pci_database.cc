#include "exporter/kernel/machine/pci_database.h"

#include <algorithm>
#include <optional>

#include "exporter/kernel/machine/pci_location.h"
#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

// A line's name with the lines below it.
struct Entry {
  std::string_view name;
  std::string_view following;
};

// The entry of this id on a level of so many tabs, in a text that begins with the level's first
// line.
std::optional<Entry> find(std::string_view text, std::size_t level, std::string_view id) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    // Behind an id stand two blanks; other lines are no entries, and end no list of them.
    if (line.find("  ") == std::string_view::npos) continue;
    const std::size_t tabs = std::min(line.find_first_not_of('\t'), line.size());
    if (tabs < level) return std::nullopt;
    line.remove_prefix(tabs);
    if (tabs == level && line.starts_with(id) && line.substr(id.size()).starts_with("  ")) {
      return Entry{trim(line.substr(id.size())), text};
    }
  }
  return std::nullopt;
}

std::string nameOr(const std::optional<Entry>& entry, std::string number) {
  return entry ? std::string(entry->name) : std::move(number);
}

}  // namespace

std::string PciDatabase::vendor(std::uint32_t vendor) const {
  const std::string id = hexadecimal(vendor, 4);
  return nameOr(find(text_, 0, id), id);
}

std::string PciDatabase::device(std::uint32_t vendor, std::uint32_t device) const {
  const std::string id = hexadecimal(device, 4);
  const auto maker = find(text_, 0, hexadecimal(vendor, 4));
  return maker ? nameOr(find(maker->following, 1, id), id) : id;
}

std::string PciDatabase::subsystem(std::uint32_t vendor, std::uint32_t device,
                                   std::uint32_t subsystemVendor,
                                   std::uint32_t subsystemDevice) const {
  const std::string id = hexadecimal(subsystemDevice, 4);
  const auto maker = find(text_, 0, hexadecimal(vendor, 4));
  if (!maker) return id;
  const auto product = find(maker->following, 1, hexadecimal(device, 4));
  if (!product) return id;
  return nameOr(find(product->following, 2, hexadecimal(subsystemVendor, 4) + " " + id), id);
}

std::string PciDatabase::deviceClass(std::uint32_t code) const {
  const auto base = find(text_, 0, "C " + hexadecimal(code >> 16, 2));
  if (!base) return "Unknown class (" + hexadecimal(code, 6) + ")";
  const auto subclass = find(base->following, 1, hexadecimal((code >> 8) & 0xFF, 2));
  if (!subclass) return std::string(base->name);
  return nameOr(find(subclass->following, 2, hexadecimal(code & 0xFF, 2)),
                std::string(subclass->name));
}

}  // namespace orchestrator_exporter
