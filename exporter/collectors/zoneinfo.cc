#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

struct Field {
  std::string_view key;
  MetricType type;
  std::string_view family;
  std::string_view help;
};

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;
constexpr Field kFields[] = {
    {"nr_free_pages", kGauge, "node_zoneinfo_nr_free_pages", "Free pages."},
    {"min", kGauge, "node_zoneinfo_min_pages", "Free pages below which only emergencies get any."},
    {"low", kGauge, "node_zoneinfo_low_pages", "Free pages below which pages are taken back."},
    {"high", kGauge, "node_zoneinfo_high_pages", "Free pages at which taking back ends."},
    {"scanned", kGauge, "node_zoneinfo_scanned_pages", "Pages scanned since the last were freed."},
    {"spanned", kGauge, "node_zoneinfo_spanned_pages", "Pages that the zone spans, with holes."},
    {"present", kGauge, "node_zoneinfo_present_pages", "Pages of the zone without holes."},
    {"managed", kGauge, "node_zoneinfo_managed_pages",
     "Pages of the zone that are allocated from."},
    {"nr_active_anon", kGauge, "node_zoneinfo_nr_active_anon_pages",
     "Anonymous pages used recently."},
    {"nr_inactive_anon", kGauge, "node_zoneinfo_nr_inactive_anon_pages",
     "Anonymous pages not used recently."},
    {"nr_isolated_anon", kGauge, "node_zoneinfo_nr_isolated_anon_pages",
     "Anonymous pages taken off their list for a moment."},
    {"nr_anon_pages", kGauge, "node_zoneinfo_nr_anon_pages", "Anonymous pages that are mapped."},
    {"nr_anon_transparent_hugepages", kGauge, "node_zoneinfo_nr_anon_transparent_hugepages",
     "Anonymous transparent huge pages."},
    {"nr_active_file", kGauge, "node_zoneinfo_nr_active_file_pages", "File pages used recently."},
    {"nr_inactive_file", kGauge, "node_zoneinfo_nr_inactive_file_pages",
     "File pages not used recently."},
    {"nr_isolated_file", kGauge, "node_zoneinfo_nr_isolated_file_pages",
     "File pages taken off their list for a moment."},
    {"nr_file_pages", kGauge, "node_zoneinfo_nr_file_pages", "File pages."},
    {"nr_slab_reclaimable", kGauge, "node_zoneinfo_nr_slab_reclaimable_pages",
     "Slab pages that can be taken back."},
    {"nr_slab_unreclaimable", kGauge, "node_zoneinfo_nr_slab_unreclaimable_pages",
     "Slab pages that cannot be taken back."},
    {"nr_mlock_stack", kGauge, "node_zoneinfo_nr_mlock_stack_pages", "Pages locked by mlock(2)."},
    {"nr_kernel_stack", kGauge, "node_zoneinfo_nr_kernel_stacks", "Kernel stacks."},
    {"nr_mapped", kGauge, "node_zoneinfo_nr_mapped_pages", "File pages mapped by processes."},
    {"nr_dirty", kGauge, "node_zoneinfo_nr_dirty_pages", "Pages that wait to be written."},
    {"nr_writeback", kGauge, "node_zoneinfo_nr_writeback_pages", "Pages being written."},
    {"nr_unevictable", kGauge, "node_zoneinfo_nr_unevictable_pages",
     "Pages that cannot be taken back."},
    {"nr_shmem", kGauge, "node_zoneinfo_nr_shmem_pages", "Pages of shared memory and tmpfs."},
    {"nr_dirtied", kCounter, "node_zoneinfo_nr_dirtied_total", "Pages made dirty since boot."},
    {"nr_written", kCounter, "node_zoneinfo_nr_written_total", "Pages written since boot."},
    {"numa_hit", kCounter, "node_zoneinfo_numa_hit_total", "Pages allocated where intended."},
    {"numa_miss", kCounter, "node_zoneinfo_numa_miss_total",
     "Pages allocated here though intended for another node."},
    {"numa_foreign", kCounter, "node_zoneinfo_numa_foreign_total",
     "Pages intended for here and allocated on another node."},
    {"numa_interleave", kCounter, "node_zoneinfo_numa_interleave_total",
     "Interleaved pages allocated where intended."},
    {"numa_local", kCounter, "node_zoneinfo_numa_local_total",
     "Pages allocated for processes of the same node."},
    {"numa_other", kCounter, "node_zoneinfo_numa_other_total",
     "Pages allocated for processes of other nodes."},
};

struct Zone {
  std::string_view node;
  std::string_view name;
  std::array<std::optional<std::int64_t>, std::size(kFields)> values{};
  std::vector<std::uint64_t> protection{};
};

// `Node 0, zone   Normal`
Zone zoneOf(const Row& row) {
  std::string_view node = row.word(1);
  if (node.ends_with(',')) node.remove_suffix(1);
  if (!parseUnsigned(node) || row.word(2) != "zone") throw row.error("Node, zone", row.text());
  return {node, row.word(3)};
}

// `protection: (0, 2877, 7826)`
std::vector<std::uint64_t> protectionOf(const Row& row) {
  std::vector<std::uint64_t> pages;
  for (std::size_t i = 1; i < row.size(); ++i) {
    std::string_view word = row.word(i);
    if (word.starts_with('(')) word.remove_prefix(1);
    if (word.ends_with(',') || word.ends_with(')')) word.remove_suffix(1);
    const auto value = parseUnsigned(word);
    if (!value) throw row.error("a list of page counts", row.text());
    pages.push_back(*value);
  }
  return pages;
}

std::int64_t countOf(const Row& row) {
  if (const auto count = parseIntegerLiteral(row.word(1))) return *count;
  throw row.error("a whole number", row.word(1));
}

void readRow(const Row& row, Zone& zone) {
  const std::string_view key = row.word(0);
  if (key == "protection:") zone.protection = protectionOf(row);
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    if (key != kFields[i].key) continue;
    // Later rows of a zone win: its own counts stand behind those of its node.
    zone.values[i].reset();
    zone.values[i] = countOf(row);
  }
}

class Zoneinfo final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const std::vector<Zone> zones = parse(kernel.require("proc/zoneinfo"));
    for (std::size_t i = 0; i < std::size(kFields); ++i) {
      const Field& field = kFields[i];
      const ScalarFamily family(out.family({field.family, field.help, field.type}));
      for (const Zone& zone : zones) {
        if (!zone.values[i]) continue;
        family.add(static_cast<double>(*zone.values[i]),
                   {{"node", zone.node}, {"zone", zone.name}});
      }
    }
    for (const Zone& zone : zones) addProtection(zone, out);
  }

  std::string complaint() const override { return complaints_.text(); }

  // The rows below a heading that makes no sense belong to no zone.
  std::vector<Zone> parse(const KernelFile& file) {
    std::vector<Zone> zones;
    bool inZone = false;
    for (const Row& row : file.rows()) {
      if (row.text().starts_with("Node")) {
        inZone = complaints_.attempt([&] { zones.push_back(zoneOf(row)); });
      } else if (inZone && row.find(1)) {
        complaints_.attempt([&] { readRow(row, zones.back()); });
      }
    }
    if (zones.empty()) throw ParseError(file.path, 1, "Node, zone", file.firstLine().text());
    return zones;
  }

  static void addProtection(const Zone& zone, Sink& out) {
    for (std::size_t i = 0; i < zone.protection.size(); ++i) {
      out.gauge("node_zoneinfo_protection_" + std::to_string(i),
                "Pages kept back from allocations that another zone could serve.")
          .add(static_cast<double>(zone.protection[i]), {{"node", zone.node}, {"zone", zone.name}});
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Zoneinfo> zoneinfo{
    {.name = "zoneinfo",
     .onByDefault = kOffByDefault,
     .reads = "proc/zoneinfo",
     .generates = [](Sink& out) {
       out.gauge("node_zoneinfo_protection_*", "Pages kept back, by the number of the zone.");
     }}};

}  // namespace

}  // namespace orchestrator_exporter
