#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

inline constexpr std::size_t kNfsByteCounts = 8;
inline constexpr std::size_t kNfsEventCounts = 27;
inline constexpr std::size_t kNfsOperationCounts = 8;
// Of what an xprt row tells after the protocol. A UDP row lacks the third to the fifth value.
inline constexpr std::size_t kNfsTransportCounts = 13;

struct NfsTransport {
  std::string_view protocol;
  std::array<std::uint64_t, kNfsTransportCounts> counts{};
};

struct NfsOperation {
  std::string_view name;
  std::array<std::uint64_t, kNfsOperationCounts> counts{};
};

// One NFS mount of a mountstats file. What the kernel did not tell is zero.
struct NfsMount {
  std::size_t index = 0;  // of the mount among all mounts in the file
  std::string_view source;
  std::string_view point;
  double ageSeconds = 0;
  std::array<std::uint64_t, kNfsByteCounts> bytes{};
  std::array<std::uint64_t, kNfsEventCounts> events{};
  std::vector<NfsTransport> transports = {};
  std::vector<NfsOperation> operations = {};
};

// The NFS mounts of a mountstats file (proc_pid_mountstats(5) and, for the rows of statistics,
// fs/nfs/super.c and net/sunrpc/stats.c of the kernel) in versions 1.0 and 1.1 of their statistics.
// Throws ParseError for what makes no sense. Views into the file's text.
std::vector<NfsMount> readNfsMounts(const KernelFile& file);

}  // namespace orchestrator_exporter
