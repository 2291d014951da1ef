#include <cstddef>
#include <span>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/storage/rpc_statistics.h"

namespace orchestrator_exporter {

namespace {

// In the order of the columns, which is that of the kernel's tables of procedures.
constexpr std::string_view kVersion2[] = {
    "Null",   "GetAttr", "SetAttr", "Root", "Lookup",  "ReadLink", "Read",  "WrCache", "Write",
    "Create", "Remove",  "Rename",  "Link", "SymLink", "MkDir",    "RmDir", "ReadDir", "FsStat"};
constexpr std::string_view kVersion3[] = {
    "Null",    "GetAttr",     "SetAttr", "Lookup", "Access",   "ReadLink", "Read",   "Write",
    "Create",  "MkDir",       "SymLink", "MkNod",  "Remove",   "RmDir",    "Rename", "Link",
    "ReadDir", "ReadDirPlus", "FsStat",  "FsInfo", "PathConf", "Commit"};
constexpr std::string_view kVersion4[] = {"Null",
                                          "Read",
                                          "Write",
                                          "Commit",
                                          "Open",
                                          "OpenConfirm",
                                          "OpenNoattr",
                                          "OpenDowngrade",
                                          "Close",
                                          "Setattr",
                                          "FsInfo",
                                          "Renew",
                                          "SetClientID",
                                          "SetClientIDConfirm",
                                          "Lock",
                                          "Lockt",
                                          "Locku",
                                          "Access",
                                          "Getattr",
                                          "Lookup",
                                          "LookupRoot",
                                          "Remove",
                                          "Rename",
                                          "Link",
                                          "Symlink",
                                          "Create",
                                          "Pathconf",
                                          "StatFs",
                                          "ReadLink",
                                          "ReadDir",
                                          "ServerCaps",
                                          "DelegReturn",
                                          "GetACL",
                                          "SetACL",
                                          "FsLocations",
                                          "ReleaseLockowner",
                                          "Secinfo",
                                          "FsidPresent",
                                          "ExchangeID",
                                          "CreateSession",
                                          "DestroySession",
                                          "Sequence",
                                          "GetLeaseTime",
                                          "ReclaimComplete",
                                          "GetDeviceInfo",
                                          "LayoutGet",
                                          "LayoutCommit",
                                          "LayoutReturn",
                                          "SecinfoNoName",
                                          "TestStateID",
                                          "FreeStateID",
                                          "GetDeviceList",
                                          "BindConnToSession",
                                          "DestroyClientID",
                                          "Seek",
                                          "Allocate",
                                          "DeAllocate",
                                          "LayoutStats",
                                          "Clone"};

class Nfs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto file = kernel.read("proc/net/rpc/nfs");
    if (!file) throw NoData{};
    const RpcStatistics statistics(
        *file, {{.key = "net", .fewest = 4},
                {.key = "rpc", .fewest = 3},
                {.key = "proc2", .fewest = std::size(kVersion2), .counted = true},
                {.key = "proc3", .fewest = std::size(kVersion3), .counted = true},
                // The kernel's list of version 4 has grown over time.
                {.key = "proc4", .fewest = 0, .counted = true}});
    for (const ParseError& refusal : statistics.refusals()) complaints_.add(refusal.what());

    const auto packets =
        out.counter("node_nfs_packets_total", "Packets of the NFS client, by transport.");
    addIfKnown(packets, statistics.value("net", 1), {{"protocol", "udp"}});
    addIfKnown(packets, statistics.value("net", 2), {{"protocol", "tcp"}});
    addIfKnown(out.counter("node_nfs_connections_total", "TCP connections of the NFS client."),
               statistics.value("net", 3));
    addIfKnown(out.counter("node_nfs_rpcs_total", "Calls that the NFS client made."),
               statistics.value("rpc", 0));
    addIfKnown(
        out.counter("node_nfs_rpc_retransmissions_total", "Calls that the NFS client sent again."),
        statistics.value("rpc", 1));
    addIfKnown(out.counter("node_nfs_rpc_authentication_refreshes_total",
                           "Times that the NFS client renewed its credentials."),
               statistics.value("rpc", 2));
    reportRequests(statistics, "proc2", "2", kVersion2, out);
    reportRequests(statistics, "proc3", "3", kVersion3, out);
    reportRequests(statistics, "proc4", "4", kVersion4, out);
  }

  std::string complaint() const override { return complaints_.text(); }

  static void reportRequests(const RpcStatistics& statistics, std::string_view key,
                             std::string_view version, std::span<const std::string_view> methods,
                             Sink& out) {
    const auto requests = out.counter("node_nfs_requests_total",
                                      "Requests of the NFS client, by version and method.");
    for (std::size_t i = 0; i < methods.size(); ++i) {
      addIfKnown(requests, statistics.value(key, i), {{"method", methods[i]}, {"proto", version}});
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Nfs> nfs{{.name = "nfs", .reads = "proc/net/rpc/nfs"}};

}  // namespace

}  // namespace orchestrator_exporter
