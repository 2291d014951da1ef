#include "exporter/kernel/storage/mount_statistics.h"

#include <cmath>
#include <utility>

#include "exporter/kernel/octal_escapes.h"

namespace orchestrator_exporter {

namespace {

// The words behind the first as whole numbers. Newer kernels append some.
template <std::size_t Size>
std::array<std::uint64_t, Size> readNumbers(const Row& row) {
  std::array<std::uint64_t, Size> values{};
  for (std::size_t i = 0; i < Size; ++i) values[i] = row.unsignedInteger(i + 1);
  return values;
}

// How many of the shared counts a row has after the protocol; those that only RDMA has, and those
// of newer kernels, follow.
std::size_t transportCounts(const Row& row, std::string_view version) {
  const std::string_view protocol = row.word(1);
  const bool first = version == "1.0";
  if (protocol == "tcp") return first ? 10 : 13;
  if (protocol == "udp") return first ? 7 : 10;
  if (protocol == "rdma") return 10;
  throw row.error("a known protocol", protocol);
}

void readTransport(const Row& row, std::string_view version, NfsTransport& transport) {
  std::array<std::uint64_t, kNfsTransportCounts> counts{};
  const std::size_t size = transportCounts(row, version);
  for (std::size_t i = 0; i < size; ++i) {
    // UDP has no connections.
    const std::size_t place = transport.protocol == "udp" && i >= 2 ? i + 3 : i;
    counts[place] = row.unsignedInteger(i + 2);
  }
  transport.counts = counts;
}

// Seconds, in the plain notation of a duration.
double readAge(const Row& row) {
  constexpr double kLongest = 9223372036;  // 63 bits of nanoseconds
  const std::string_view word = row.word(1);
  const double seconds = row.number(1);
  if (word.find_first_not_of("0123456789.+-") != std::string_view::npos ||
      std::abs(seconds) > kLongest) {
    throw row.error("a number of seconds", word);
  }
  return seconds;
}

void checkMountRow(const Row& row) {
  constexpr std::pair<std::size_t, std::string_view> kFixed[] = {
      {2, "mounted"}, {3, "on"}, {5, "with"}, {6, "fstype"}};
  row.word(7);
  for (const auto& [index, word] : kFixed) {
    if (row.word(index) != word) throw row.error(word, row.word(index));
  }
}

// The rows of mountstats one after the other.
class MountParser {
 public:
  void addRow(const Row& row) {
    if (row.empty()) return;
    const std::string_view key = row.word(0);
    if (key == "device") {
      isMount_ = false;
      beginMount(row);
    } else if (isMount_) {
      addStatistics(row, key);
    }
  }
  std::vector<NfsMount> take() { return std::move(mounts_); }

 private:
  // Only NFS has statistics.
  void beginMount(const Row& row) {
    constexpr std::string_view kVersionPrefix = "statvers=";
    constexpr std::size_t kVersion = 8;
    checkMountRow(row);
    const std::string_view type = row.word(7);
    if (!row.find(kVersion) || (type != "nfs" && type != "nfs4")) return;
    version_ = row.word(kVersion);
    if (version_.starts_with(kVersionPrefix)) version_.remove_prefix(kVersionPrefix.size());
    mounts_.push_back(
        {.source = withoutOctalEscapes(row.word(1)), .point = withoutOctalEscapes(row.word(4))});
    isMount_ = true;
    hasOptions_ = inOperations_ = false;
  }

  void addStatistics(const Row& row, std::string_view key) {
    NfsMount& mount = mounts_.back();
    if (key == "opts:") {
      // The statistics of a further mount, whose own row was not understood.
      if (std::exchange(hasOptions_, true)) isMount_ = false;
    } else if (key == "age:") {
      mount.ageSeconds = readAge(row);
    } else if (key == "bytes:") {
      mount.bytes = readNumbers<kNfsByteCounts>(row);
    } else if (key == "events:") {
      mount.events = readNumbers<kNfsEventCounts>(row);
    } else if (key == "xprt:") {
      mount.transports.push_back({row.word(1)});
      readTransport(row, version_, mount.transports.back());
    } else if (key == "per-op") {
      inOperations_ = true;
    } else if (inOperations_ && key.ends_with(':')) {
      key.remove_suffix(1);
      mount.operations.push_back({key, readNumbers<kNfsOperationCounts>(row)});
    }
  }

  std::vector<NfsMount> mounts_;
  std::string_view version_;  // of the statistics of the last mount
  bool isMount_ = false;      // rows are about the last mount
  bool hasOptions_ = false;
  bool inOperations_ = false;
};

}  // namespace

std::vector<NfsMount> readNfsMounts(const KernelFile& file, std::vector<ParseError>& refusals) {
  MountParser parser;
  for (const Row& row : file.rows()) {
    try {
      parser.addRow(row);
    } catch (const ParseError& refusal) {
      refusals.push_back(refusal);
    }
  }
  return parser.take();
}

}  // namespace orchestrator_exporter
