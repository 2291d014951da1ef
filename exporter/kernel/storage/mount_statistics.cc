#include "exporter/kernel/storage/mount_statistics.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace orchestrator_exporter {

namespace {

using RowIterator = Rows::Iterator;

// All words behind the first as whole numbers, exactly as many as there is room.
void readExactly(const Row& row, std::span<std::uint64_t> values) {
  if (row.size() != values.size() + 1) throw row.error("another number of values", row.text());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = row.unsignedInteger(i + 1);
}

// What a row may have after the protocol.
struct Width {
  std::size_t fewest;
  std::size_t most;
};

Width transportWidth(const Row& row, std::string_view version) {
  const std::string_view protocol = row.word(1);
  if (version == "1.0") {
    if (protocol == "tcp") return {10, 10};
    if (protocol == "udp") return {7, 7};
  } else if (version == "1.1") {
    if (protocol == "tcp") return {13, 13};
    if (protocol == "udp") return {10, 10};
    // Counts of its own follow, of which there are more in newer kernels.
    if (protocol == "rdma") return {20, 31};
  } else {
    throw row.error("statistics of version 1.0 or 1.1", version);
  }
  throw row.error("a known protocol", protocol);
}

NfsTransport readTransport(const Row& row, std::string_view version) {
  constexpr std::size_t kSharedByAll = 10;
  const Width width = transportWidth(row, version);
  const std::size_t size = row.size() - 2;
  if (size < width.fewest || size > width.most) {
    throw row.error("another number of values", row.text());
  }
  NfsTransport transport{row.word(1), {}};
  const bool udp = transport.protocol == "udp";
  const std::size_t shared = transport.protocol == "rdma" ? kSharedByAll : kNfsTransportCounts;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t value = row.unsignedInteger(i + 2);
    const std::size_t place = udp && i >= 2 ? i + 3 : i;
    if (place < shared) transport.counts[place] = value;
  }
  return transport;
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

// Operations, one in each row, up to an empty row or the end.
void readOperations(RowIterator& row, NfsMount& mount) {
  for (; row != nullptr; ++row) {
    if ((*row).empty()) return;
    if ((*row).size() < kNfsOperationCounts + 1) {
      throw(*row).error("an operation and its counts", (*row).text());
    }
    NfsOperation operation{(*row).word(0), {}};
    if (operation.name.ends_with(':')) operation.name.remove_suffix(1);
    // Newer kernels append the number of errors.
    for (std::size_t i = 1; i < (*row).size(); ++i) {
      const std::uint64_t value = (*row).unsignedInteger(i);
      if (i <= kNfsOperationCounts) operation.counts[i - 1] = value;
    }
    mount.operations.push_back(operation);
  }
}

// The rows below the one that names the mount, whichever there are.
void readStatistics(RowIterator& row, std::string_view version, NfsMount& mount) {
  for (; row != nullptr; ++row) {
    if ((*row).empty()) break;
    const std::string_view key = (*row).word(0);
    if (key == "opts:") {
      (*row).word(1);
    } else if (key == "age:") {
      mount.ageSeconds = readAge(*row);
    } else if (key == "bytes:") {
      readExactly(*row, mount.bytes);
    } else if (key == "events:") {
      readExactly(*row, mount.events);
    } else if (key == "xprt:") {
      (*row).word(2);
      mount.transports.push_back(readTransport(*row, version));
    } else if (key == "per-op") {
      break;
    }
  }
  if (row != nullptr) ++row;
  readOperations(row, mount);
}

void checkMountRow(const Row& row) {
  constexpr std::pair<std::size_t, std::string_view> kFixed[] = {
      {2, "mounted"}, {3, "on"}, {5, "with"}, {6, "fstype"}};
  row.word(7);
  for (const auto& [index, word] : kFixed) {
    if (row.word(index) != word) throw row.error(word, row.word(index));
  }
}

}  // namespace

std::vector<NfsMount> readNfsMounts(const KernelFile& file) {
  constexpr std::string_view kVersionPrefix = "statvers=";
  constexpr std::size_t kVersion = 8;
  std::vector<NfsMount> mounts;
  const Rows rows = file.rows();
  std::size_t index = 0;
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    if ((*row).empty() || (*row).word(0) != "device") continue;
    checkMountRow(*row);
    const std::size_t thisIndex = index++;
    if (!(*row).find(kVersion)) continue;
    const std::string_view type = (*row).word(7);
    if (type != "nfs" && type != "nfs4") throw(*row).error("statistics of NFS only", type);
    std::string_view version = (*row).word(kVersion);
    if (version.starts_with(kVersionPrefix)) version.remove_prefix(kVersionPrefix.size());
    NfsMount mount{.index = thisIndex, .source = (*row).word(1), .point = (*row).word(4)};
    ++row;
    readStatistics(row, version, mount);
    mounts.push_back(std::move(mount));
    if (!(row != rows.end())) break;
  }
  return mounts;
}

}  // namespace orchestrator_exporter
