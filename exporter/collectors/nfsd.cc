#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/storage/rpc_statistics.h"

namespace orchestrator_exporter {

namespace {

// In the order of the columns, which is that of the procedure numbers; those without a name here
// are not given.
constexpr std::string_view kVersion2[] = {
    {},       "GetAttr", "SetAttr", "Root", "Lookup",  "ReadLink", "Read",  "WrCache", "Write",
    "Create", "Remove",  "Rename",  "Link", "SymLink", "MkDir",    "RmDir", "ReadDir", "FsStat"};
constexpr std::string_view kVersion3[] = {
    {},        "GetAttr",     "SetAttr", "Lookup", "Access",   "ReadLink", "Read",   "Write",
    "Create",  "MkDir",       "SymLink", "MkNod",  "Remove",   "RmDir",    "Rename", "Link",
    "ReadDir", "ReadDirPlus", "FsStat",  "FsInfo", "PathConf", "Commit"};
// The operations that make up the compound requests of version 4: numbers 0 to 2 do not exist, 23
// and 24 are PUTPUBFH and PUTROOTFH.
constexpr std::string_view kVersion4[] = {{},
                                          {},
                                          {},
                                          "Access",
                                          "Close",
                                          "Commit",
                                          "Create",
                                          "DelegPurge",
                                          "DelegReturn",
                                          "GetAttr",
                                          "GetFH",
                                          "Link",
                                          "Lock",
                                          "Lockt",
                                          "Locku",
                                          "Lookup",
                                          "LookupRoot",
                                          "Nverify",
                                          "Open",
                                          "OpenAttr",
                                          "OpenConfirm",
                                          "OpenDgrd",
                                          "PutFH",
                                          {},
                                          {},
                                          "Read",
                                          "ReadDir",
                                          "ReadLink",
                                          "Remove",
                                          "Rename",
                                          "Renew",
                                          "RestoreFH",
                                          "SaveFH",
                                          "SecInfo",
                                          "SetAttr",
                                          "SetClientID",
                                          "SetClientIDConfirm",
                                          "Verify",
                                          "Write",
                                          "RelLockOwner"};

struct Counter {
  std::string_view key;
  std::size_t index;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kCounters = {
    Counter{"rc", 0, "node_nfsd_reply_cache_hits_total",
            "Requests answered from the reply cache because they came again."},
    Counter{"rc", 1, "node_nfsd_reply_cache_misses_total",
            "Requests to be done once that the reply cache did not hold."},
    Counter{"rc", 2, "node_nfsd_reply_cache_nocache_total",
            "Requests that may be done twice and go past the reply cache."},
    Counter{"fh", 0, "node_nfsd_file_handles_stale_total", "Stale file handles met."},
    Counter{"io", 0, "node_nfsd_disk_bytes_read_total", "Bytes that clients read."},
    Counter{"io", 1, "node_nfsd_disk_bytes_written_total", "Bytes that clients wrote."},
    Counter{"ra", 11, "node_nfsd_read_ahead_cache_not_found_total",
            "Reads that the read-ahead cache did not know."},
    Counter{"net", 3, "node_nfsd_connections_total", "TCP connections that the server took."},
    Counter{"rpc", 0, "node_nfsd_server_rpcs_total", "Calls that the server took."},
};

class Nfsd final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto file = kernel.read("proc/net/rpc/nfsd");
    if (!file) throw NoData{};
    const RpcStatistics statistics(
        *file, {{.key = "rc", .fewest = 3},
                {.key = "fh", .fewest = 1, .read = 1},
                {.key = "io", .fewest = 2},
                // A histogram follows that kernels have long ceased to fill.
                {.key = "th", .fewest = 1, .read = 1},
                {.key = "ra", .fewest = 12},
                {.key = "net", .fewest = 4},
                {.key = "rpc", .fewest = 5},
                {.key = "proc2", .fewest = std::size(kVersion2), .counted = true},
                {.key = "proc3", .fewest = std::size(kVersion3), .counted = true},
                // Version 4.0 has 39 operations, later ones more.
                {.key = "proc4ops", .fewest = 39, .counted = true},
                {.key = "wdeleg_getattr", .fewest = 1}});

    for (const ParseError& refusal : statistics.refusals()) complaints_.add(refusal.what());

    for (const Counter& counter : kCounters) {
      addIfKnown(out.counter(counter.family, counter.help),
                 statistics.value(counter.key, counter.index));
    }
    addIfKnown(out.gauge("node_nfsd_server_threads", "Threads that serve."),
               statistics.value("th", 0));
    addIfKnown(out.gauge("node_nfsd_read_ahead_cache_size_blocks",
                         "Size of the read-ahead cache in blocks."),
               statistics.value("ra", 0));
    const auto packets =
        out.counter("node_nfsd_packets_total", "Packets of the NFS server, by transport.");
    addIfKnown(packets, statistics.value("net", 1), {{"proto", "udp"}});
    addIfKnown(packets, statistics.value("net", 2), {{"proto", "tcp"}});
    const auto errors =
        out.counter("node_nfsd_rpc_errors_total", "Calls that the server refused, by fault.");
    addIfKnown(errors, statistics.value("rpc", 2), {{"error", "fmt"}});
    addIfKnown(errors, statistics.value("rpc", 3), {{"error", "auth"}});
    addIfKnown(errors, statistics.value("rpc", 4), {{"error", "cInt"}});
    reportRequests(statistics, out);
  }

  std::string complaint() const override { return complaints_.text(); }

  static void reportRequests(const RpcStatistics& statistics, Sink& out) {
    const auto requests = out.counter("node_nfsd_requests_total",
                                      "Requests to the NFS server, by version and method.");
    const auto giveVersion = [&](std::string_view key, std::string_view version,
                                 std::span<const std::string_view> methods) {
      for (std::size_t i = 0; i < methods.size(); ++i) {
        if (methods[i].empty()) continue;
        addIfKnown(requests, statistics.value(key, i),
                   {{"method", methods[i]}, {"proto", version}});
      }
    };
    giveVersion("proc2", "2", kVersion2);
    giveVersion("proc3", "3", kVersion3);
    giveVersion("proc4ops", "4", kVersion4);
    addIfKnown(requests, statistics.value("wdeleg_getattr", 0),
               {{"method", "WdelegGetattr"}, {"proto", "4"}});
  }

  Complaints complaints_;
};

const RegisterCollector<Nfsd> nfsd{{.name = "nfsd", .reads = "proc/net/rpc/nfsd"}};

}  // namespace

}  // namespace orchestrator_exporter
