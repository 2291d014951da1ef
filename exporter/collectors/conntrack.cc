#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

struct Column {
  std::size_t column;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kColumns = {
    Column{2, "node_nf_conntrack_stat_found", "Entries that a search found."},
    Column{4, "node_nf_conntrack_stat_invalid", "Packets that cannot be tracked."},
    Column{5, "node_nf_conntrack_stat_ignore", "Packets that belong to a known entry already."},
    Column{8, "node_nf_conntrack_stat_insert", "Entries inserted."},
    Column{9, "node_nf_conntrack_stat_insert_failed", "Entries that could not be inserted."},
    Column{10, "node_nf_conntrack_stat_drop", "Packets dropped because tracking them failed."},
    Column{11, "node_nf_conntrack_stat_early_drop",
           "Entries dropped to make room in a full table."},
    Column{16, "node_nf_conntrack_stat_search_restart",
           "Searches begun anew because the table was resized meanwhile."},
};
// The last column came with Linux 2.6.35.
constexpr std::size_t kFewestColumns = 16;
constexpr std::size_t kMostColumns = 17;

class Conntrack final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    out.gauge("node_nf_conntrack_entries", "Connections that are tracked now.")
        .add(number(kernel, "proc/sys/net/netfilter/nf_conntrack_count"));
    out.gauge("node_nf_conntrack_entries_limit", "Connections that can be tracked at most.")
        .add(number(kernel, "proc/sys/net/netfilter/nf_conntrack_max"));

    // One row for each processor, below a header.
    const auto file = kernel.read("proc/net/stat/nf_conntrack");
    if (!file) throw NoData{};
    std::array<std::uint64_t, kMostColumns> sums{};
    for (const Row& row : file->rows()) {
      if (row.lineNumber() == 1) continue;
      if (row.size() < kFewestColumns || row.size() > kMostColumns) {
        throw row.error("16 or 17 columns", row.text());
      }
      for (std::size_t i = 0; i < row.size(); ++i) sums[i] += row.hexadecimal(i);
    }
    for (const Column& column : kColumns) {
      out.gauge(column.family, column.help).add(static_cast<double>(sums[column.column]));
    }
  }

  static double number(Kernel& kernel, std::string_view path) {
    if (const auto value = kernel.readUnsigned(path)) return static_cast<double>(*value);
    throw NoData{};
  }
};

const RegisterCollector<Conntrack> conntrack{
    {.name = "conntrack",
     .reads = "proc/sys/net/netfilter/nf_conntrack_count, "
              "proc/sys/net/netfilter/nf_conntrack_max, proc/net/stat/nf_conntrack"}};

}  // namespace

}  // namespace orchestrator_exporter
