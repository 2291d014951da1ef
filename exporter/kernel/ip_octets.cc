#include "exporter/kernel/ip_octets.h"

namespace orchestrator_exporter {

namespace {

std::optional<double> valueAt(const Row& row, std::size_t column) {
  const auto word = row.find(column);
  return word ? parseNumber(*word) : std::nullopt;
}

// A row of names, then a row of values.
IpOctets readNetstat(Kernel& kernel) {
  IpOctets octets;
  const auto file = kernel.readIfPossible("/proc/self/net/netstat", Kernel::End::kShortAnswer);
  if (!file) return octets;
  Row names;
  for (const Row& row : file->rows()) {
    if (row.find(0) != "IpExt:") continue;
    if (names.empty()) {
      names = row;
      continue;
    }
    for (std::size_t i = 1; i < names.size(); ++i) {
      if (names.word(i) == "InOctets") octets.received = valueAt(row, i);
      if (names.word(i) == "OutOctets") octets.sent = valueAt(row, i);
    }
  }
  return octets;
}

}  // namespace

const IpOctets& readIpOctets(Kernel& kernel) {
  return kernel.shared<IpOctets>([&] { return readNetstat(kernel); });
}

void shareIpOctets(Kernel& kernel, const IpOctets& octets) {
  kernel.shared<IpOctets>([&] { return octets; });
}

}  // namespace orchestrator_exporter
