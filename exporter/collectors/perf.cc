#include <linux/perf_event.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <span>
#include <system_error>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/generated_name.h"
#include "exporter/kernel/machine/perf_event.h"
#include "exporter/kernel/machine/processors.h"

namespace orchestrator_exporter {

namespace {

// A family with the event that it counts, and what the flags call it.
struct Profiler {
  std::string_view name;
  std::string_view family;
  std::uint64_t config;
  std::string_view help;
};

constexpr std::array<Profiler, 9> kHardware = {{
    {"CpuCycles", "node_perf_cpucycles_total", PERF_COUNT_HW_CPU_CYCLES, "Processor cycles."},
    {"CpuInstr", "node_perf_instructions_total", PERF_COUNT_HW_INSTRUCTIONS,
     "Retired instructions."},
    {"CacheRef", "node_perf_cache_refs_total", PERF_COUNT_HW_CACHE_REFERENCES,
     "Accesses to the cache, mostly that of the last level."},
    {"CacheMisses", "node_perf_cache_misses_total", PERF_COUNT_HW_CACHE_MISSES,
     "Accesses that missed the cache, mostly that of the last level."},
    {"BranchInstr", "node_perf_branch_instructions_total", PERF_COUNT_HW_BRANCH_INSTRUCTIONS,
     "Retired branch instructions."},
    {"BranchMisses", "node_perf_branch_misses_total", PERF_COUNT_HW_BRANCH_MISSES,
     "Branches that were predicted wrong."},
    {"StalledCyclesBackend", "node_perf_stalled_cycles_backend_total",
     PERF_COUNT_HW_STALLED_CYCLES_BACKEND, "Cycles in which the back end stalled."},
    {"StalledCyclesFrontend", "node_perf_stalled_cycles_frontend_total",
     PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, "Cycles in which the front end stalled."},
    {"RefCpuCycles", "node_perf_ref_cpucycles_total", PERF_COUNT_HW_REF_CPU_CYCLES,
     "Processor cycles at the nominal frequency."},
}};

constexpr std::array<Profiler, 5> kSoftware = {{
    {"PageFault", "node_perf_page_faults_total", PERF_COUNT_SW_PAGE_FAULTS, "Page faults."},
    {"ContextSwitch", "node_perf_context_switches_total", PERF_COUNT_SW_CONTEXT_SWITCHES,
     "Context switches."},
    {"CpuMigration", "node_perf_cpu_migrations_total", PERF_COUNT_SW_CPU_MIGRATIONS,
     "Moves of a process to this processor."},
    {"MinorFault", "node_perf_minor_faults_total", PERF_COUNT_SW_PAGE_FAULTS_MIN,
     "Page faults that needed no disk."},
    {"MajorFault", "node_perf_major_faults_total", PERF_COUNT_SW_PAGE_FAULTS_MAJ,
     "Page faults that waited for a disk."},
}};

constexpr std::uint64_t hits(std::uint64_t cache, std::uint64_t operation) {
  return cache | operation << 8 | std::uint64_t{PERF_COUNT_HW_CACHE_RESULT_ACCESS} << 16;
}
constexpr std::uint64_t misses(std::uint64_t cache, std::uint64_t operation) {
  return cache | operation << 8 | std::uint64_t{PERF_COUNT_HW_CACHE_RESULT_MISS} << 16;
}
constexpr std::uint64_t kRead = PERF_COUNT_HW_CACHE_OP_READ;
constexpr std::uint64_t kWrite = PERF_COUNT_HW_CACHE_OP_WRITE;

constexpr std::array<Profiler, 16> kCache = {{
    {"L1DataReadHit", "node_perf_cache_l1d_read_hits_total", hits(PERF_COUNT_HW_CACHE_L1D, kRead),
     "Reads from the first-level data cache."},
    {"L1DataReadMiss", "node_perf_cache_l1d_read_misses_total",
     misses(PERF_COUNT_HW_CACHE_L1D, kRead), "Reads that missed the first-level data cache."},
    {"L1DataWriteHit", "node_perf_cache_l1d_write_hits_total",
     hits(PERF_COUNT_HW_CACHE_L1D, kWrite), "Writes to the first-level data cache."},
    {"L1InstrReadMiss", "node_perf_cache_l1_instr_read_misses_total",
     misses(PERF_COUNT_HW_CACHE_L1I, kRead),
     "Instruction reads that missed the first-level cache."},
    {"LLReadHit", "node_perf_cache_ll_read_hits_total", hits(PERF_COUNT_HW_CACHE_LL, kRead),
     "Reads from the last-level cache."},
    {"LLReadMiss", "node_perf_cache_ll_read_misses_total", misses(PERF_COUNT_HW_CACHE_LL, kRead),
     "Reads that missed the last-level cache."},
    {"LLWriteHit", "node_perf_cache_ll_write_hits_total", hits(PERF_COUNT_HW_CACHE_LL, kWrite),
     "Writes to the last-level cache."},
    {"LLWriteMiss", "node_perf_cache_ll_write_misses_total", misses(PERF_COUNT_HW_CACHE_LL, kWrite),
     "Writes that missed the last-level cache."},
    {"InstrTLBReadHit", "node_perf_cache_tlb_instr_read_hits_total",
     hits(PERF_COUNT_HW_CACHE_ITLB, kRead), "Address translations of instructions."},
    {"InstrTLBReadMiss", "node_perf_cache_tlb_instr_read_misses_total",
     misses(PERF_COUNT_HW_CACHE_ITLB, kRead),
     "Address translations of instructions that missed the buffer."},
    {"BPUReadHit", "node_perf_cache_bpu_read_hits_total", hits(PERF_COUNT_HW_CACHE_BPU, kRead),
     "Reads from the branch prediction unit."},
    {"BPUReadMiss", "node_perf_cache_bpu_read_misses_total", misses(PERF_COUNT_HW_CACHE_BPU, kRead),
     "Reads that missed the branch prediction unit."},
    {"DataTLBReadHit", "node_perf_cache_tlb_data_read_hits_total",
     hits(PERF_COUNT_HW_CACHE_DTLB, kRead), "Address translations of data reads."},
    {"DataTLBReadMiss", "node_perf_cache_tlb_data_read_misses_total",
     misses(PERF_COUNT_HW_CACHE_DTLB, kRead),
     "Address translations of data reads that missed the buffer."},
    {"DataTLBWriteHit", "node_perf_cache_tlb_data_write_hits_total",
     hits(PERF_COUNT_HW_CACHE_DTLB, kWrite), "Address translations of data writes."},
    {"DataTLBWriteMiss", "node_perf_cache_tlb_data_write_misses_total",
     misses(PERF_COUNT_HW_CACHE_DTLB, kWrite),
     "Address translations of data writes that missed the buffer."},
}};

constexpr std::string_view kCpusFlag = "collector.perf.cpus";
// More than any kernel can have (CONFIG_NR_CPUS).
constexpr std::int64_t kMostProcessors = 65536;

std::int64_t processorNumber(std::string_view text, const std::string& list) {
  const auto number = parseInteger(text);
  if (number && *number >= 0 && *number <= kMostProcessors) return *number;
  throw StartError("--" + std::string(kCpusFlag) +
                   ": expected processors such as 0,2-5,8-16:2, got '" + list + "'");
}

// Processors of a list of numbers and ranges, a range with a stride where one is given: 0,4-8:2.
std::set<int> parseProcessors(const std::string& list) {
  std::set<int> processors;
  std::string_view rest = list;
  for (bool more = true; more;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view range = rest.substr(0, comma);
    more = comma < rest.size();
    rest.remove_prefix(more ? comma + 1 : comma);

    const std::size_t dash = range.find('-');
    const std::int64_t first = processorNumber(range.substr(0, dash), list);
    std::int64_t last = first;
    std::int64_t stride = 1;
    if (dash != std::string_view::npos) {
      const std::string_view bounds = range.substr(dash + 1);
      const std::size_t colon = bounds.find(':');
      last = processorNumber(bounds.substr(0, colon), list);
      if (colon != std::string_view::npos) stride = processorNumber(bounds.substr(colon + 1), list);
      if (stride == 0 || last < first) processorNumber("", list);
    }
    for (std::int64_t cpu = first; cpu <= last; cpu += stride) {
      processors.insert(static_cast<int>(cpu));
    }
  }
  return processors;
}

// Those that the flag names; if it is empty all of this machine, whichever trees are read.
std::set<int> processorsOf(const Flags& flags) {
  const std::string& list = flags.text(kCpusFlag);
  if (!list.empty()) return parseProcessors(list);
  std::set<int> all;
  // Their numbers may have gaps.
  Kernel own{Roots{}};
  for (const ProcessorEntry& processor : processorEntries(own)) {
    all.insert(static_cast<int>(parseInteger(processor.number).value_or(0)));
  }
  if (!all.empty()) return all;
  for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); ++cpu) all.insert(cpu);
  return all;
}

// True if the machine lacks the event or the processor, as opposed to a refusal.
bool isLacking(int error) {
  return error != EACCES && error != EPERM && error != EMFILE && error != ENFILE && error != ENOMEM;
}

class Perf final : public Collector {
 public:
  Perf(const Flags& flags, Kernel& kernel) : processors_(processorsOf(flags)) {
    const auto open = [&](std::string_view kind, std::uint32_t type,
                          std::span<const Profiler> all) {
      const std::string flag = "collector.perf." + std::string(kind) + "-profilers";
      if (flags.enabled("collector.perf.disable-" + std::string(kind) + "-profilers")) return;
      openProfilers(type, all, flags.list(flag));
      noteUnknown(flag, all, flags.list(flag));
    };
    open("hardware", PERF_TYPE_HARDWARE, kHardware);
    open("software", PERF_TYPE_SOFTWARE, kSoftware);
    open("cache", PERF_TYPE_HW_CACHE, kCache);
    std::set<std::string> tracepoints;
    for (const std::string& tracepoint : flags.list("collector.perf.tracepoint")) {
      if (tracepoints.insert(tracepoint).second) openTracepoint(kernel, tracepoint);
    }
  }

  void collect(Kernel&, Sink& out) override {
    complaints_.clear();
    for (const std::string& name : unknownProfilers_) complaints_.add(name);
    for (const Counter& counter : counters_) {
      complaints_.attempt([&] {
        const auto value = counter.event.read();
        if (!value) return;
        out.counter(counter.family, counter.help).add(*value, {{"cpu", counter.processor}});
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  struct Counter {
    std::string family;
    std::string_view help;
    std::string processor;
    PerfEvent event;
  };

  // Those that the flag names; all where it names none that exists.
  void openProfilers(std::uint32_t type, std::span<const Profiler> all,
                     const std::vector<std::string>& names) {
    const auto isNamed = [&](const Profiler& profiler) {
      return std::find(names.begin(), names.end(), profiler.name) != names.end();
    };
    const bool anyNamed = std::any_of(all.begin(), all.end(), isNamed);
    for (const Profiler& profiler : all) {
      if (anyNamed && !isNamed(profiler)) continue;
      for (const int processor : processors_) {
        PerfEvent event(type, profiler.config, processor);
        if (event.isOpen()) {
          add(std::string(profiler.family), profiler.help, processor, std::move(event));
        } else if (!isLacking(event.error())) {
          throw refusal(profiler.name, event.error());
        }
      }
    }
  }

  void noteUnknown(const std::string& flag, std::span<const Profiler> all,
                   const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const Profiler& p) { return p.name == name; });
      if (!known) {
        unknownProfilers_.push_back("--" + flag +
                                    ": no such counter: " + ParseError::printable(name));
      }
    }
  }

  void openTracepoint(Kernel& kernel, const std::string& tracepoint) {
    const std::size_t colon = tracepoint.find(':');
    if (colon == std::string::npos || tracepoint.find(':', colon + 1) != std::string::npos) {
      throw StartError("--collector.perf.tracepoint: expected subsystem:event, got '" + tracepoint +
                       "'");
    }
    const std::string subsystem = tracepoint.substr(0, colon);
    const std::string name = tracepoint.substr(colon + 1);
    const std::uint64_t id = tracepointId(kernel, tracepoint, subsystem + "/" + name + "/id");
    std::string family = "node_perf_";
    appendGeneratedName(family, subsystem + "_" + name);
    for (const int processor : processors_) {
      PerfEvent event(PERF_TYPE_TRACEPOINT, id, processor);
      if (!event.isOpen() && event.error() == ENODEV) continue;  // the processor is offline
      if (!event.isOpen()) throw refusal(tracepoint, event.error());
      add(family, "How often the tracepoint was passed.", processor, std::move(event));
    }
  }

  static std::uint64_t tracepointId(Kernel& kernel, const std::string& tracepoint,
                                    const std::string& file) {
    for (const char* events : {"sys/kernel/tracing/events/", "sys/kernel/debug/tracing/events/"}) {
      const auto text = kernel.readIfPossible(kernel.path(events, file));
      if (!text) continue;
      if (const auto id = parseUnsigned(trim(text->text))) return *id;
    }
    throw StartError("--collector.perf.tracepoint: cannot read the id of '" + tracepoint +
                     "' below sys/kernel/tracing/events");
  }

  static StartError refusal(std::string_view event, int error) {
    return StartError("collector perf: cannot open the counter " + std::string(event) + ": " +
                      std::generic_category().message(error) +
                      " (needs CAP_PERFMON or kernel.perf_event_paranoid below 1)");
  }

  void add(std::string family, std::string_view help, int processor, PerfEvent event) {
    counters_.push_back({std::move(family), help, std::to_string(processor), std::move(event)});
  }

  std::set<int> processors_;
  std::vector<Counter> counters_;
  std::vector<std::string> unknownProfilers_;
  Complaints complaints_;
};

const RegisterCollector<Perf> perf{{
    .name = "perf",
    .onByDefault = kOffByDefault,
    .flags = {textFlag(std::string(kCpusFlag), "", "Processors to count on, such as 0,2-5,8-16:2."),
              listFlag("collector.perf.tracepoint", "A tracepoint to count, as subsystem:event."),
              switchFlag("collector.perf.disable-hardware-profilers", false,
                         "Leave the counters of the processor out."),
              listFlag("collector.perf.hardware-profilers", "A counter of the processor to take."),
              switchFlag("collector.perf.disable-software-profilers", false,
                         "Leave the counters of the kernel out."),
              listFlag("collector.perf.software-profilers", "A counter of the kernel to take."),
              switchFlag("collector.perf.disable-cache-profilers", false,
                         "Leave the counters of caches out."),
              listFlag("collector.perf.cache-profilers", "A counter of caches to take.")},
    .reads = "perf_event_open(2), sys/kernel/tracing/events/*/*/id",
    .needs = "CAP_PERFMON, or kernel.perf_event_paranoid below 1; root for tracepoints",
}};

}  // namespace

}  // namespace orchestrator_exporter
