#include "exporter/kernel/machine/pci_location.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

std::optional<PciLocation> parsePciLocation(std::string_view name) {
  constexpr std::string_view kSeparators = "::.";
  std::array<std::uint32_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i < kSeparators.size() ? name.find(kSeparators[i]) : name.size();
    if (end == std::string_view::npos) return std::nullopt;
    const auto part = parseUnsigned(name.substr(0, end), 16);
    if (!part || *part > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    parts[i] = static_cast<std::uint32_t>(*part);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return PciLocation{hexadecimal(parts[0], 4), hexadecimal(parts[1], 2), hexadecimal(parts[2], 2),
                     hexadecimal(parts[3], 1)};
}

std::string hexadecimal(std::uint32_t number, int digits) {
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%0*x", digits, number);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace orchestrator_exporter
