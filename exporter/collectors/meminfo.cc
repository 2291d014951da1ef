#include <array>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

struct Field {
  std::string_view key;
  std::string_view family;
  std::string_view help;
};

// In the order of the file. Fields of proc/meminfo that are not here are left out, so that the
// families stay those of node_exporter whatever the kernel adds.
constexpr Field kFields[] = {
    {"MemTotal:", "node_memory_MemTotal_bytes", "Memory that the kernel can use."},
    {"MemFree:", "node_memory_MemFree_bytes", "Memory that nothing uses."},
    {"MemAvailable:", "node_memory_MemAvailable_bytes",
     "Estimate of the memory that new programs can have without swapping."},
    {"Buffers:", "node_memory_Buffers_bytes", "Block device pages in the page cache."},
    {"Cached:", "node_memory_Cached_bytes", "File pages in the page cache, with shared memory."},
    {"SwapCached:", "node_memory_SwapCached_bytes",
     "Memory that was swapped in and still has its copy in swap."},
    {"Active:", "node_memory_Active_bytes", "Memory used recently and not taken back if possible."},
    {"Inactive:", "node_memory_Inactive_bytes", "Memory not used recently, taken back first."},
    {"Active(anon):", "node_memory_Active_anon_bytes", "Anonymous memory used recently."},
    {"Inactive(anon):", "node_memory_Inactive_anon_bytes", "Anonymous memory not used recently."},
    {"Active(file):", "node_memory_Active_file_bytes", "File pages used recently."},
    {"Inactive(file):", "node_memory_Inactive_file_bytes", "File pages not used recently."},
    {"Unevictable:", "node_memory_Unevictable_bytes", "Memory that cannot be taken back."},
    {"Mlocked:", "node_memory_Mlocked_bytes", "Memory locked by mlock(2)."},
    {"SwapTotal:", "node_memory_SwapTotal_bytes", "Swap space."},
    {"SwapFree:", "node_memory_SwapFree_bytes", "Swap space that nothing uses."},
    {"Zswap:", "node_memory_Zswap_bytes", "Memory that zswap takes for compressed pages."},
    {"Zswapped:", "node_memory_Zswapped_bytes", "Memory held in zswap, before compression."},
    {"Dirty:", "node_memory_Dirty_bytes", "Memory that waits to be written to storage."},
    {"Writeback:", "node_memory_Writeback_bytes", "Memory being written to storage."},
    {"AnonPages:", "node_memory_AnonPages_bytes", "Anonymous memory mapped by processes."},
    {"Mapped:", "node_memory_Mapped_bytes", "File pages mapped by processes."},
    {"Shmem:", "node_memory_Shmem_bytes", "Shared memory and tmpfs."},
    {"Slab:", "node_memory_Slab_bytes", "Data structures of the kernel."},
    {"SReclaimable:", "node_memory_SReclaimable_bytes", "Slab memory that can be taken back."},
    {"SUnreclaim:", "node_memory_SUnreclaim_bytes", "Slab memory that cannot be taken back."},
    {"KernelStack:", "node_memory_KernelStack_bytes", "Kernel stacks of all tasks."},
    {"PageTables:", "node_memory_PageTables_bytes", "Page tables of user space."},
    {"NFS_Unstable:", "node_memory_NFS_Unstable_bytes",
     "NFS pages sent and not yet committed by the server."},
    {"Bounce:", "node_memory_Bounce_bytes", "Bounce buffers of block devices."},
    {"WritebackTmp:", "node_memory_WritebackTmp_bytes", "Temporary write buffers of FUSE."},
    {"CommitLimit:", "node_memory_CommitLimit_bytes",
     "Memory that can be promised under strict overcommit accounting."},
    {"Committed_AS:", "node_memory_Committed_AS_bytes", "Memory promised to processes."},
    {"VmallocTotal:", "node_memory_VmallocTotal_bytes", "Address space for vmalloc."},
    {"VmallocUsed:", "node_memory_VmallocUsed_bytes", "vmalloc address space in use."},
    {"VmallocChunk:", "node_memory_VmallocChunk_bytes", "Largest free vmalloc range."},
    {"Percpu:", "node_memory_Percpu_bytes", "Memory of the allocator for per-processor data."},
    {"HardwareCorrupted:", "node_memory_HardwareCorrupted_bytes",
     "Memory taken out of use because it is broken."},
    {"AnonHugePages:", "node_memory_AnonHugePages_bytes",
     "Anonymous memory in transparent huge pages."},
    {"ShmemHugePages:", "node_memory_ShmemHugePages_bytes",
     "Shared memory and tmpfs in transparent huge pages."},
    {"ShmemPmdMapped:", "node_memory_ShmemPmdMapped_bytes",
     "Shared memory that user space maps by huge pages."},
    {"CmaTotal:", "node_memory_CmaTotal_bytes", "Memory of the contiguous memory allocator."},
    {"CmaFree:", "node_memory_CmaFree_bytes", "Free memory of the contiguous memory allocator."},
    {"HugePages_Total:", "node_memory_HugePages_Total", "Huge pages in the pool."},
    {"HugePages_Free:", "node_memory_HugePages_Free", "Huge pages in the pool not yet allocated."},
    {"HugePages_Rsvd:", "node_memory_HugePages_Rsvd", "Huge pages promised, not yet allocated."},
    {"HugePages_Surp:", "node_memory_HugePages_Surp", "Huge pages beyond the size of the pool."},
    {"Hugepagesize:", "node_memory_Hugepagesize_bytes", "Size of a huge page."},
    {"DirectMap4k:", "node_memory_DirectMap4k_bytes",
     "Memory that the kernel maps by pages of 4 KiB."},
    {"DirectMap2M:", "node_memory_DirectMap2M_bytes",
     "Memory that the kernel maps by pages of 2 MiB."},
    {"DirectMap1G:", "node_memory_DirectMap1G_bytes",
     "Memory that the kernel maps by pages of 1 GiB."},
};

struct Value {
  std::uint64_t number;
  bool kibibytes;
};

Value valueOf(const Row& row) {
  const auto number = parseUnsignedLiteral(row.word(1));
  if (!number) throw row.error("a whole number of at most 64 bits", row.word(1));
  if (row.size() == 2) return {*number, false};
  if (row.size() > 3 || row.word(2) != "kB") {
    throw row.error("a number, or a number and kB", row.text());
  }
  return {*number, true};
}

double inUnitOf(const Field& field, const Value& value) {
  // The others, such as HugePages_Free, are counts.
  const bool bytes = field.family.ends_with("_bytes");
  // In 64 bits, as the kernel counts: what is absurdly large wraps, as it does with node_exporter.
  return static_cast<double>(bytes && value.kibibytes ? value.number * 1024 : value.number);
}

class Meminfo final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    std::array<std::optional<Value>, std::size(kFields)> values;
    std::size_t next = 0;
    for (const Row& row : kernel.require("proc/meminfo", Kernel::End::kShortAnswer).rows()) {
      if (row.empty()) continue;
      for (std::size_t i = 0; i < std::size(kFields); ++i) {
        const std::size_t at = (next + i) % std::size(kFields);
        if (kFields[at].key != row.word(0)) continue;
        complaints_.attempt([&] { values[at] = valueOf(row); });
        next = at + 1;
        break;
      }
    }
    complaints_.failIfNothingWasRead();
    for (std::size_t i = 0; i < std::size(kFields); ++i) {
      if (!values[i]) continue;
      const Field& field = kFields[i];
      out.gauge(field.family, field.help).add(inUnitOf(field, *values[i]));
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  Complaints complaints_;
};

const RegisterCollector<Meminfo> meminfo{{.name = "meminfo", .reads = "proc/meminfo"}};

}  // namespace

}  // namespace orchestrator_exporter
