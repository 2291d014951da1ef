#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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
  // nullopt if the row was not understood, as of a protocol that is not known.
  std::optional<std::array<std::uint64_t, kNfsTransportCounts>> counts = {};
};

struct NfsOperation {
  std::string_view name;
  std::array<std::uint64_t, kNfsOperationCounts> counts{};
};

// One NFS mount of a mountstats file. What it does not tell in an understood form is nullopt.
struct NfsMount {
  std::string source;  // unescaped
  std::string point;   // unescaped
  std::optional<double> ageSeconds = {};
  std::optional<std::array<std::uint64_t, kNfsByteCounts>> bytes = {};
  std::optional<std::array<std::uint64_t, kNfsEventCounts>> events = {};
  std::vector<NfsTransport> transports = {};
  std::vector<NfsOperation> operations = {};
};

// The NFS mounts of a mountstats file (proc_pid_mountstats(5) and, for the rows of statistics,
// fs/nfs/super.c and net/sunrpc/stats.c of the kernel). Statistics of a version after 1.1 are taken
// to have rows and numbers more. Rows that make no sense are added to the refusals, and those that
// are not known are passed over. Views into the file's text.
std::vector<NfsMount> readNfsMounts(const KernelFile& file, std::vector<ParseError>& refusals);

}  // namespace orchestrator_exporter
