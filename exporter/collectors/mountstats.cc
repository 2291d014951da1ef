#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/storage/mount_statistics.h"
#include "exporter/kernel/storage/mount_table.h"

namespace orchestrator_exporter {

namespace {

struct Count {
  std::size_t place;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kBytes = {
    Count{0, "node_mountstats_nfs_read_bytes_total", "Bytes that programs read."},
    Count{1, "node_mountstats_nfs_write_bytes_total", "Bytes that programs wrote."},
    Count{2, "node_mountstats_nfs_direct_read_bytes_total", "Bytes read with O_DIRECT."},
    Count{3, "node_mountstats_nfs_direct_write_bytes_total", "Bytes written with O_DIRECT."},
    Count{4, "node_mountstats_nfs_total_read_bytes_total", "Bytes fetched from the server."},
    Count{5, "node_mountstats_nfs_total_write_bytes_total", "Bytes sent to the server."},
    Count{6, "node_mountstats_nfs_read_pages_total", "Pages read by memory mapping."},
    Count{7, "node_mountstats_nfs_write_pages_total", "Pages written by memory mapping."},
};

constexpr std::array kEvents = {
    Count{0, "node_mountstats_nfs_event_inode_revalidate_total",
          "Times that cached inode attributes were asked for again."},
    Count{1, "node_mountstats_nfs_event_dnode_revalidate_total",
          "Times that cached directory entries were asked for again."},
    Count{2, "node_mountstats_nfs_event_data_invalidate_total",
          "Times that the cached data of an inode was thrown away."},
    Count{3, "node_mountstats_nfs_event_attribute_invalidate_total",
          "Times that the cached attributes of an inode were thrown away."},
    Count{4, "node_mountstats_nfs_event_vfs_open_total", "Files and directories opened."},
    Count{5, "node_mountstats_nfs_event_vfs_lookup_total", "Names looked up in directories."},
    Count{6, "node_mountstats_nfs_event_vfs_access_total", "Permissions checked."},
    Count{7, "node_mountstats_nfs_event_vfs_update_page_total", "Pages updated."},
    Count{8, "node_mountstats_nfs_event_vfs_read_page_total", "Pages read alone."},
    Count{9, "node_mountstats_nfs_event_vfs_read_pages_total", "Groups of pages read."},
    Count{10, "node_mountstats_nfs_event_vfs_write_page_total", "Pages written alone."},
    Count{11, "node_mountstats_nfs_event_vfs_write_pages_total", "Groups of pages written."},
    Count{12, "node_mountstats_nfs_event_vfs_getdents_total", "Directories listed."},
    Count{13, "node_mountstats_nfs_event_vfs_setattr_total", "Attributes set."},
    Count{14, "node_mountstats_nfs_event_vfs_flush_total", "Flushes, as on closing a file."},
    Count{15, "node_mountstats_nfs_event_vfs_fsync_total", "Files and directories synchronised."},
    Count{16, "node_mountstats_nfs_event_vfs_lock_total", "Locks asked for."},
    Count{17, "node_mountstats_nfs_event_vfs_file_release_total", "Files closed."},
    Count{19, "node_mountstats_nfs_event_truncation_total", "Files truncated."},
    Count{20, "node_mountstats_nfs_event_write_extension_total",
          "Times that writing behind its end made a file longer."},
    Count{21, "node_mountstats_nfs_event_silly_rename_total",
          "Open files renamed because they were deleted."},
    Count{22, "node_mountstats_nfs_event_short_read_total",
          "Reads to which the server gave less than was asked for."},
    Count{23, "node_mountstats_nfs_event_short_write_total",
          "Writes of which the server took less than was given."},
    Count{24, "node_mountstats_nfs_event_jukebox_delay_total",
          "Times that the server put the client off because data was on slow storage."},
    Count{25, "node_mountstats_nfs_event_pnfs_read_total", "Reads by parallel NFS."},
    Count{26, "node_mountstats_nfs_event_pnfs_write_total", "Writes by parallel NFS."},
};

constexpr std::array kOperationCounts = {
    Count{0, "node_mountstats_nfs_operations_requests_total", "Requests, by operation."},
    Count{1, "node_mountstats_nfs_operations_transmissions_total",
          "Times that a request was sent, the first time too, by operation."},
    Count{2, "node_mountstats_nfs_operations_major_timeouts_total",
          "Requests that no answer came to in time, by operation."},
    Count{3, "node_mountstats_nfs_operations_sent_bytes_total",
          "Bytes sent with headers, by operation."},
    Count{4, "node_mountstats_nfs_operations_received_bytes_total",
          "Bytes received with headers, by operation."},
};

constexpr std::array kOperationTimes = {
    Count{5, "node_mountstats_nfs_operations_queue_time_seconds_total",
          "Time that requests waited before they were sent, by operation."},
    Count{6, "node_mountstats_nfs_operations_response_time_seconds_total",
          "Time that the server took to answer, by operation."},
    Count{7, "node_mountstats_nfs_operations_request_time_seconds_total",
          "Time from a request's making to its end, by operation."},
};

constexpr std::array kTransportCounters = {
    Count{1, "node_mountstats_nfs_transport_bind_total",
          "Times that the client bound a port for this transport."},
    Count{2, "node_mountstats_nfs_transport_connect_total",
          "Times that the client connected to the server."},
    Count{5, "node_mountstats_nfs_transport_sends_total", "Requests sent."},
    Count{6, "node_mountstats_nfs_transport_receives_total", "Answers received."},
    Count{7, "node_mountstats_nfs_transport_bad_transaction_ids_total",
          "Answers that no request waited for."},
    Count{9, "node_mountstats_nfs_transport_backlog_queue_total",
          "Length of the queue for a free slot, summed over all sends."},
    Count{11, "node_mountstats_nfs_transport_sending_queue_total",
          "Length of the queue of requests to send, summed over all sends."},
    Count{12, "node_mountstats_nfs_transport_pending_queue_total",
          "Length of the queue for an answer, summed over all sends."},
};
constexpr std::size_t kIdleTime = 4;
constexpr std::size_t kMostSlots = 10;

// Some kernels let these run below zero; what comes out then is kept to whole numbers that a double
// can hold.
double wrapped(std::uint64_t value) {
  return static_cast<double>(value % (std::uint64_t{1} << 53));
}

// What tells one set of statistics from another, however often it is mounted.
struct Identity {
  std::string_view source;
  std::string_view protocol;
  std::string_view address;
  bool operator==(const Identity&) const = default;
};

// The directory of this process, by its number: /proc/self would be another one's in a thread.
std::string processDirectory(Kernel& kernel) {
  const auto self = kernel.linkTarget("proc/self");
  if (!self || !parseUnsigned(*self) || !kernel.exists("proc/" + *self)) {
    throw StartError("mountstats: proc/self leads to no process below " + kernel.roots().procfs);
  }
  return "proc/" + *self;
}

class Mountstats final : public Collector {
 public:
  Mountstats(const Flags&, Kernel& kernel)
      : mountstats_(processDirectory(kernel) + "/mountstats"),
        mountinfo_(processDirectory(kernel) + "/mountinfo") {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const std::vector<NfsMount> mounts = readMounts(kernel);
    const std::vector<Mount> table = mounts.empty() ? std::vector<Mount>{} : readTable(kernel);
    std::vector<Identity> seen;
    std::vector<std::pair<Identity, std::string_view>> points;
    for (const NfsMount& mount : mounts) {
      const std::string_view address = addressOf(mount, table);
      for (const NfsTransport& transport : mount.transports) {
        const Identity identity{mount.source, transport.protocol, address};
        const std::pair<Identity, std::string_view> point{identity, mount.point};
        if (std::find(points.begin(), points.end(), point) == points.end()) {
          points.push_back(point);
          reportPoint(identity, mount.point, out);
        }
        // The same super block under another mount point, or a further connection to its server.
        if (std::find(seen.begin(), seen.end(), identity) != seen.end()) break;
        seen.push_back(identity);
        reportMount(mount, identity, out);
        reportOperations(mount, identity, out);
        reportTransports(mount, identity, out);
      }
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  std::vector<NfsMount> readMounts(Kernel& kernel) {
    std::vector<ParseError> refusals;
    std::vector<NfsMount> mounts = readNfsMounts(kernel.require(mountstats_), refusals);
    if (mounts.empty() && !refusals.empty()) throw refusals.front();
    for (const ParseError& refusal : refusals) complaints_.add(refusal.what());
    return mounts;
  }

  // Only the servers' addresses are wanted of it.
  std::vector<Mount> readTable(Kernel& kernel) {
    std::vector<ParseError> refusals;
    const auto table = complaints_.valueOf(
        [&] { return std::optional(mountsIn(kernel.require(mountinfo_), Roots{}, refusals)); });
    for (const ParseError& refusal : refusals) complaints_.add(refusal.what());
    return table.value_or(std::vector<Mount>{});
  }

  // The server's address of a mount, from the options of its file system; empty if there is none.
  static std::string_view addressOf(const NfsMount& mount, const std::vector<Mount>& table) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Mount& row) {
      return row.source == mount.source && row.point == mount.point;
    });
    return found == table.end() ? std::string_view() : option(found->superOptions, "addr=");
  }

  static std::string_view option(std::string_view options, std::string_view prefix) {
    std::string_view value;
    while (!options.empty()) {
      const std::size_t comma = std::min(options.find(','), options.size());
      const std::string_view candidate = options.substr(0, comma);
      if (candidate.starts_with(prefix)) value = candidate.substr(prefix.size());
      options.remove_prefix(std::min(comma + 1, options.size()));
    }
    return value;
  }

  static void reportPoint(const Identity& identity, std::string_view point, Sink& out) {
    out.gauge("node_mountstats_nfs_mountpoint_info", "Where an NFS export is mounted.")
        .add(1, {{"export", identity.source},
                 {"mountaddr", identity.address},
                 {"mountpoint", point},
                 {"protocol", identity.protocol}});
  }

  static void reportMount(const NfsMount& mount, const Identity& identity, Sink& out) {
    const auto give = [&](std::string_view family, std::string_view help, double value) {
      out.counter(family, help)
          .add(value, {{"export", identity.source},
                       {"mountaddr", identity.address},
                       {"protocol", identity.protocol}});
    };
    if (mount.ageSeconds) {
      give("node_mountstats_nfs_age_seconds_total", "Time since the file system was mounted.",
           *mount.ageSeconds);
    }
    for (const Count& count : kBytes) {
      if (!mount.bytes) break;
      give(count.family, count.help, static_cast<double>((*mount.bytes)[count.place]));
    }
    for (const Count& count : kEvents) {
      if (!mount.events) break;
      give(count.family, count.help, static_cast<double>((*mount.events)[count.place]));
    }
  }

  static void reportOperations(const NfsMount& mount, const Identity& identity, Sink& out) {
    for (const NfsOperation& operation : mount.operations) {
      const auto give = [&](const Count& count, double value) {
        out.counter(count.family, count.help)
            .add(value, {{"export", identity.source},
                         {"mountaddr", identity.address},
                         {"operation", operation.name},
                         {"protocol", identity.protocol}});
      };
      for (const Count& count : kOperationCounts) {
        give(count, static_cast<double>(operation.counts[count.place]));
      }
      for (const Count& count : kOperationTimes) {
        give(count, wrapped(operation.counts[count.place]) / 1000);
      }
    }
  }

  // All transports of a mount come with each of its protocols.
  static void reportTransports(const NfsMount& mount, const Identity& identity, Sink& out) {
    for (std::size_t i = 0; i < mount.transports.size(); ++i) {
      if (!mount.transports[i].counts) continue;
      const std::string number = std::to_string(i);
      const auto& counts = *mount.transports[i].counts;
      const auto give = [&](const ScalarFamily& family, double value) {
        family.add(value, {{"export", identity.source},
                           {"mountaddr", identity.address},
                           {"protocol", identity.protocol},
                           {"transport", number}});
      };
      for (const Count& count : kTransportCounters) {
        give(out.counter(count.family, count.help), static_cast<double>(counts[count.place]));
      }
      give(out.gauge("node_mountstats_nfs_transport_idle_time_seconds",
                     "Time since the last request."),
           wrapped(counts[kIdleTime]));
      give(out.gauge("node_mountstats_nfs_transport_maximum_rpc_slots",
                     "Most requests that were ever under way together."),
           static_cast<double>(counts[kMostSlots]));
    }
  }

  std::string mountstats_;
  std::string mountinfo_;
  Complaints complaints_;
};

const RegisterCollector<Mountstats> mountstats{
    {.name = "mountstats",
     .onByDefault = kOffByDefault,
     .reads = "proc/self/mountstats, proc/self/mountinfo"}};

}  // namespace

}  // namespace orchestrator_exporter
