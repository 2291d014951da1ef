#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

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
           "Searches begun again because the table was resized meanwhile."},
};
// The last of them came with Linux 2.6.35.
constexpr std::size_t kFewestColumns = 16;
constexpr std::size_t kMostColumns = 17;

// Counts of all processors together; nullopt for a column that is not known of one of them, because
// a smaller sum would be taken for a reset.
using Sums = std::array<std::optional<std::uint64_t>, kMostColumns>;

// Whether every word is a number: the row of a processor, if perhaps a part of it.
bool isNumbers(const Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!parseUnsigned(row.word(i), 16)) return false;
  }
  return !row.empty();
}

void addProcessor(const Row& row, Sums& sums) {
  if (row.size() < kFewestColumns) {
    sums.fill(std::nullopt);
    throw row.error("at least 16 columns", row.text());
  }
  for (std::size_t i = 0; i < kMostColumns; ++i) {
    const auto count = parseUnsigned(row.find(i).value_or(""), 16);
    sums[i] = sums[i] && count ? std::optional(*sums[i] + *count) : std::nullopt;
  }
}

class Conntrack final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    isMissing_ = isAnyGiven_ = false;
    giveNumber(kernel, "proc/sys/net/netfilter/nf_conntrack_count",
               out.gauge("node_nf_conntrack_entries", "Connections that are tracked now."));
    giveNumber(
        kernel, "proc/sys/net/netfilter/nf_conntrack_max",
        out.gauge("node_nf_conntrack_entries_limit", "Connections that can be tracked at most."));
    complaints_.attempt([&] { giveStatistics(kernel, out); });
    complaints_.failIf(!isAnyGiven_);
    if (isMissing_) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveNumber(Kernel& kernel, std::string_view path, const ScalarFamily& family) {
    complaints_.attempt([&] {
      const auto value = kernel.readUnsigned(path);
      isMissing_ |= !value;
      if (value) give(family, *value);
    });
  }

  // One row for each processor, below a header.
  void giveStatistics(Kernel& kernel, Sink& out) {
    const auto file = kernel.read("proc/net/stat/nf_conntrack", {}, Kernel::End::kShortRecords);
    isMissing_ |= !file;
    if (!file) return;
    Sums sums;
    sums.fill(0);
    for (const Row& row : file->rows()) {
      if (row.lineNumber() == 1 || (row.size() < kFewestColumns && !isNumbers(row))) continue;
      complaints_.attempt([&] { addProcessor(row, sums); });
    }
    for (const Column& column : kColumns) {
      if (const auto sum = sums[column.column]) give(out.gauge(column.family, column.help), *sum);
    }
  }

  void give(const ScalarFamily& family, std::uint64_t value) {
    family.add(static_cast<double>(value));
    isAnyGiven_ = true;
  }

  bool isMissing_ = false;  // one of the files, in this run
  bool isAnyGiven_ = false;
  Complaints complaints_;
};

const RegisterCollector<Conntrack> conntrack{
    {.name = "conntrack",
     .reads = "proc/sys/net/netfilter/nf_conntrack_count, "
              "proc/sys/net/netfilter/nf_conntrack_max, proc/net/stat/nf_conntrack"}};

}  // namespace

}  // namespace orchestrator_exporter
