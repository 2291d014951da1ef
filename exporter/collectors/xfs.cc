#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

struct Counter {
  std::string_view family;
  std::string_view help;
};

constexpr std::size_t kMostCounters = 7;

// A row of a stats file: a name and its counters in the order of their columns.
struct StatisticsRow {
  std::string_view name;
  std::size_t columns;  // kernels append more over time
  std::array<Counter, kMostCounters> counters;
};

constexpr std::array kRows = {
    StatisticsRow{
        "extent_alloc",
        4,
        {{
            {"node_xfs_extent_allocation_extents_allocated_total", "Extents allocated."},
            {"node_xfs_extent_allocation_blocks_allocated_total", "Blocks allocated with extents."},
            {"node_xfs_extent_allocation_extents_freed_total", "Extents given back."},
            {"node_xfs_extent_allocation_blocks_freed_total", "Blocks given back with extents."},
        }}},
    StatisticsRow{
        "abt",
        4,
        {{
            {"node_xfs_allocation_btree_lookups_total", "Look-ups in the trees of free space."},
            {"node_xfs_allocation_btree_compares_total", "Comparisons in the trees of free space."},
            {"node_xfs_allocation_btree_records_inserted_total",
             "Records put into the trees of free space."},
            {"node_xfs_allocation_btree_records_deleted_total",
             "Records taken from the trees of free space."},
        }}},
    StatisticsRow{
        "blk_map",
        7,
        {{
            {"node_xfs_block_mapping_reads_total",
             "Times that blocks of a file were looked up for reading."},
            {"node_xfs_block_mapping_writes_total",
             "Times that blocks of a file were looked up for writing."},
            {"node_xfs_block_mapping_unmaps_total", "Times that blocks of a file were unmapped."},
            {"node_xfs_block_mapping_extent_list_insertions_total",
             "Extents put into the list of a file."},
            {"node_xfs_block_mapping_extent_list_deletions_total",
             "Extents taken from the list of a file."},
            {"node_xfs_block_mapping_extent_list_lookups_total",
             "Look-ups in the extent lists of files."},
            {"node_xfs_block_mapping_extent_list_compares_total",
             "Comparisons in the extent lists of files."},
        }}},
    StatisticsRow{
        "bmbt",
        4,
        {{
            {"node_xfs_block_map_btree_lookups_total", "Look-ups in the extent trees of files."},
            {"node_xfs_block_map_btree_compares_total",
             "Comparisons in the extent trees of files."},
            {"node_xfs_block_map_btree_records_inserted_total",
             "Records put into the extent trees of files."},
            {"node_xfs_block_map_btree_records_deleted_total",
             "Records taken from the extent trees of files."},
        }}},
    StatisticsRow{
        "dir",
        4,
        {{
            {"node_xfs_directory_operation_lookup_total", "Names looked up in directories."},
            {"node_xfs_directory_operation_create_total", "Names added to directories."},
            {"node_xfs_directory_operation_remove_total", "Names taken from directories."},
            {"node_xfs_directory_operation_getdents_total", "Times that a directory was listed."},
        }}},
    StatisticsRow{
        "ig",
        7,
        {{
            {"node_xfs_inode_operation_attempts_total", "Look-ups of an inode in the cache."},
            {"node_xfs_inode_operation_found_total", "Inodes that were in the cache."},
            {"node_xfs_inode_operation_recycled_total",
             "Inodes that were in the cache but about to leave it."},
            {"node_xfs_inode_operation_missed_total", "Inodes that were not in the cache."},
            {"node_xfs_inode_operation_duplicates_total",
             "Inodes that another look-up had brought in meanwhile."},
            {"node_xfs_inode_operation_reclaims_total", "Inodes that left the cache."},
            {"node_xfs_inode_operation_attribute_changes_total",
             "Times that the attributes of an inode were changed."},
        }}},
    StatisticsRow{"rw",
                  2,
                  {{
                      {"node_xfs_write_calls_total", "Calls of write(2) on files."},
                      {"node_xfs_read_calls_total", "Calls of read(2) on files."},
                  }}},
    StatisticsRow{"vnodes",
                  7,
                  {{
                      {"node_xfs_vnode_active_total", "Vnodes that are not on a free list."},
                      {"node_xfs_vnode_allocate_total", "Calls that allocated a vnode."},
                      {"node_xfs_vnode_get_total", "Calls that took a vnode from the cache."},
                      {"node_xfs_vnode_hold_total", "Calls that held a vnode."},
                      {"node_xfs_vnode_release_total", "Calls that released a vnode."},
                      {"node_xfs_vnode_reclaim_total", "Calls that reclaimed a vnode."},
                      {"node_xfs_vnode_remove_total", "Calls that removed a vnode."},
                  }}},
};

class Xfs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto devices = kernel.list("sys/fs/xfs");
    if (!devices) return;
    bool given = false;
    for (const std::string_view device : *devices) {
      complaints_.attempt([&] {
        const auto file = kernel.read(kernel.path("sys/fs/xfs/", device, "/stats/stats"), {ENODEV});
        if (file) given |= giveDevice(*file, device, out);
      });
    }
    complaints_.failIf(!given);
  }

  std::string complaint() const override { return complaints_.text(); }

  // Lines of other names, which newer kernels append, are passed over whatever they say. False if
  // there is none that is known.
  bool giveDevice(const KernelFile& file, std::string_view device, Sink& out) {
    bool given = false;
    for (const Row& row : file.rows()) {
      const auto known = std::find_if(kRows.begin(), kRows.end(), [&](const StatisticsRow& one) {
        return one.name == row.find(0);
      });
      if (known == kRows.end()) continue;
      given |= complaints_.attempt([&] { giveRow(row, *known, device, out); });
    }
    return given;
  }

  static void giveRow(const Row& row, const StatisticsRow& known, std::string_view device,
                      Sink& out) {
    std::array<double, kMostCounters> values{};
    for (std::size_t i = 0; i < known.columns; ++i) {
      const std::uint64_t value = row.unsignedInteger(i + 1);
      if (value > std::numeric_limits<std::uint32_t>::max()) {
        throw row.error("a counter of 32 bits", row.word(i + 1));
      }
      values[i] = static_cast<double>(value);
    }
    for (std::size_t i = 0; i < known.columns; ++i) {
      out.counter(known.counters[i].family, known.counters[i].help)
          .add(values[i], {{"device", device}});
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Xfs> xfs{{.name = "xfs", .reads = "sys/fs/xfs/*/stats/stats"}};

}  // namespace

}  // namespace orchestrator_exporter
