#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/machine/cgroup_tree.h"
#include "exporter/kernel/machine/pressure_row.h"
#include "exporter/kernel/path.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDepth = "collector.cgroup.depth";
constexpr std::string_view kInclude = "collector.cgroup.include";
constexpr std::string_view kExclude = "collector.cgroup.exclude";

constexpr double kMicrosecond = 1e6;

// One number of a cgroup's file and the series that it becomes.
struct Series {
  std::string_view key;  // of the number in its file, or the file where it holds one number
  std::string_view name;
  std::string_view help;
  MetricType type = MetricType::kGauge;
  double perUnit = 1;  // how many of the kernel's units are one of the family's
  Label label = {};    // what tells the series of a family apart, where there are several
};

constexpr MetricType kCounter = MetricType::kCounter;
constexpr MetricType kGauge = MetricType::kGauge;

constexpr Series kSingleNumbers[] = {
    {"memory.current", "cgroup_memory_current_bytes", "Memory in use, page cache included."},
    {"memory.peak", "cgroup_memory_peak_bytes", "The most memory that was in use at a time."},
    {"memory.max", "cgroup_memory_limit_bytes", "Memory at which the kernel starts to kill."},
    {"memory.high", "cgroup_memory_high_bytes", "Memory at which the kernel starts to throttle."},
    {"memory.swap.current", "cgroup_memory_swap_current_bytes", "Swap in use."},
    {"memory.swap.max", "cgroup_memory_swap_limit_bytes", "Swap that may be used."},
    {"pids.current", "cgroup_pids", "Processes and threads."},
    {"pids.peak", "cgroup_pids_peak", "The most processes and threads at a time."},
    {"pids.max", "cgroup_pids_limit", "Processes and threads that there may be."},
};

constexpr std::string_view kCpuTime = "cgroup_cpu_seconds_total";
constexpr std::string_view kCpuTimeHelp = "Time on processors, in each mode.";
constexpr Series kCpuNumbers[] = {
    {"user_usec", kCpuTime, kCpuTimeHelp, kCounter, kMicrosecond, {"mode", "user"}},
    {"system_usec", kCpuTime, kCpuTimeHelp, kCounter, kMicrosecond, {"mode", "system"}},
    {"nr_periods", "cgroup_cpu_periods_total", "Periods of the processor limit.", kCounter},
    {"nr_throttled", "cgroup_cpu_throttled_periods_total", "Periods that ran into the limit.",
     kCounter},
    {"throttled_usec", "cgroup_cpu_throttled_seconds_total",
     "Time in which tasks were held back by the processor limit.", kCounter, kMicrosecond},
    {"nr_bursts", "cgroup_cpu_burst_periods_total", "Periods in which saved time was used.",
     kCounter},
    {"burst_usec", "cgroup_cpu_burst_seconds_total", "Saved time that was used above the limit.",
     kCounter, kMicrosecond},
};

constexpr std::string_view kMemory = "cgroup_memory_stat_bytes";
constexpr std::string_view kMemoryHelp =
    "Memory by what it is used for, as memory.stat tells it; some fields contain others.";
constexpr std::string_view kRefaults = "cgroup_memory_workingset_refaults_total";
constexpr std::string_view kRefaultsHelp =
    "Pages that were wanted again soon after their eviction.";
constexpr Series kMemoryNumbers[] = {
    {"anon", kMemory, kMemoryHelp, kGauge, 1, {"field", "anon"}},
    {"file", kMemory, kMemoryHelp, kGauge, 1, {"field", "file"}},
    {"kernel", kMemory, kMemoryHelp, kGauge, 1, {"field", "kernel"}},
    {"kernel_stack", kMemory, kMemoryHelp, kGauge, 1, {"field", "kernel_stack"}},
    {"pagetables", kMemory, kMemoryHelp, kGauge, 1, {"field", "pagetables"}},
    {"percpu", kMemory, kMemoryHelp, kGauge, 1, {"field", "percpu"}},
    {"sock", kMemory, kMemoryHelp, kGauge, 1, {"field", "sock"}},
    {"shmem", kMemory, kMemoryHelp, kGauge, 1, {"field", "shmem"}},
    {"zswap", kMemory, kMemoryHelp, kGauge, 1, {"field", "zswap"}},
    {"file_mapped", kMemory, kMemoryHelp, kGauge, 1, {"field", "file_mapped"}},
    {"file_dirty", kMemory, kMemoryHelp, kGauge, 1, {"field", "file_dirty"}},
    {"file_writeback", kMemory, kMemoryHelp, kGauge, 1, {"field", "file_writeback"}},
    {"inactive_anon", kMemory, kMemoryHelp, kGauge, 1, {"field", "inactive_anon"}},
    {"active_anon", kMemory, kMemoryHelp, kGauge, 1, {"field", "active_anon"}},
    {"inactive_file", kMemory, kMemoryHelp, kGauge, 1, {"field", "inactive_file"}},
    {"active_file", kMemory, kMemoryHelp, kGauge, 1, {"field", "active_file"}},
    {"unevictable", kMemory, kMemoryHelp, kGauge, 1, {"field", "unevictable"}},
    {"slab_reclaimable", kMemory, kMemoryHelp, kGauge, 1, {"field", "slab_reclaimable"}},
    {"slab_unreclaimable", kMemory, kMemoryHelp, kGauge, 1, {"field", "slab_unreclaimable"}},
    {"pgfault", "cgroup_memory_page_faults_total", "Page faults, major ones included.", kCounter},
    {"pgmajfault", "cgroup_memory_major_page_faults_total", "Page faults that waited for storage.",
     kCounter},
    {"workingset_refault_anon", kRefaults, kRefaultsHelp, kCounter, 1, {"type", "anon"}},
    {"workingset_refault_file", kRefaults, kRefaultsHelp, kCounter, 1, {"type", "file"}},
};

constexpr std::string_view kEvents = "cgroup_memory_events_total";
constexpr std::string_view kEventsHelp =
    "Times that memory ran into a bound, in the cgroup and below it; oom_kill counts the killed.";
constexpr Series kEventNumbers[] = {
    {"low", kEvents, kEventsHelp, kCounter, 1, {"event", "low"}},
    {"high", kEvents, kEventsHelp, kCounter, 1, {"event", "high"}},
    {"max", kEvents, kEventsHelp, kCounter, 1, {"event", "max"}},
    {"oom", kEvents, kEventsHelp, kCounter, 1, {"event", "oom"}},
    {"oom_kill", kEvents, kEventsHelp, kCounter, 1, {"event", "oom_kill"}},
    {"oom_group_kill", kEvents, kEventsHelp, kCounter, 1, {"event", "oom_group_kill"}},
};

constexpr Series kPidEvents[] = {
    {"max", "cgroup_pids_limit_hits_total", "Forks that the limit of processes refused.", kCounter},
};

constexpr Series kIoNumbers[] = {
    {"rbytes", "cgroup_io_read_bytes_total", "Bytes read from the device.", kCounter},
    {"wbytes", "cgroup_io_written_bytes_total", "Bytes written to the device.", kCounter},
    {"dbytes", "cgroup_io_discarded_bytes_total", "Bytes discarded on the device.", kCounter},
    {"rios", "cgroup_io_reads_total", "Reads from the device.", kCounter},
    {"wios", "cgroup_io_writes_total", "Writes to the device.", kCounter},
    {"dios", "cgroup_io_discards_total", "Discards on the device.", kCounter},
};

constexpr std::string_view kWaiting = "cgroup_pressure_waiting_seconds_total";
constexpr std::string_view kWaitingHelp = "Time in which some task waited for the resource.";
constexpr std::string_view kStalled = "cgroup_pressure_stalled_seconds_total";
constexpr std::string_view kStalledHelp = "Time in which no task could run for want of it.";

// The file of a cgroup whose lines are each a key and a number.
struct KeyedFile {
  std::string_view name;
  std::span<const Series> series;
};
constexpr KeyedFile kKeyedFiles[] = {
    {"cpu.stat", kCpuNumbers},
    {"memory.stat", kMemoryNumbers},
    {"memory.events", kEventNumbers},
    {"pids.events", kPidEvents},
};

constexpr std::string_view kPressures[] = {"cpu", "memory", "io"};

// The samples of one cgroup.
class CgroupReading {
 public:
  CgroupReading(Kernel& kernel, Sink& out, Complaints& complaints, std::string_view directory,
                std::string_view path)
      : kernel_(kernel),
        out_(out),
        complaints_(complaints),
        directory_(directory),
        labels_{{"cgroup", path}} {
    const CgroupOwner owner = cgroupOwner(path);
    if (!owner.unit.empty()) labels_.push_back({"unit", owner.unit});
    if (!owner.containerId.empty()) labels_.push_back({"container_id", owner.containerId});
    if (!owner.runtime.empty()) labels_.push_back({"runtime", owner.runtime});
  }

  // Some file could not be read for want of privileges.
  bool refused() const { return refused_; }

  void give() {
    complaints_.attempt([&] {
      if (const auto file = read("cgroup.controllers")) controllers_ = file->firstLine();
    });
    for (const KeyedFile& file : kKeyedFiles) complaints_.attempt([&] { giveKeyed(file); });
    for (const Series& series : kSingleNumbers) complaints_.attempt([&] { giveSingle(series); });
    complaints_.attempt([&] { giveCpuLimit(); });
    complaints_.attempt([&] { giveIo(); });
    for (const std::string_view resource : kPressures) {
      complaints_.attempt([&] { givePressure(resource); });
    }
  }

 private:
  // False if the kernel does not have the file, because its controller is off for this cgroup. The
  // time on processors and the pressures are there without one.
  bool has(std::string_view file) const {
    if (!controllers_ || file == "cpu.stat" || file.ends_with(".pressure")) return true;
    const std::string_view controller = file.substr(0, file.find('.'));
    for (std::size_t i = 0; i < controllers_->size(); ++i) {
      if (controllers_->word(i) == controller) return true;
    }
    return false;
  }

  // nullopt also where the cgroup has just gone (ENODEV).
  std::optional<KernelFile> read(std::string_view name) {
    if (!has(name)) return std::nullopt;
    const std::string_view path = kernel_.path(directory_, "/", name);
    auto file = kernel_.read(path, {ENODEV, EOPNOTSUPP, EACCES});
    if (!file) refused_ |= isRefused(kernel_, path);
    return file;
  }

  void add(const Series& series, double value, Label more = {}) {
    const std::size_t own = labels_.size();
    if (!series.label.name.empty()) labels_.push_back(series.label);
    if (!more.name.empty()) labels_.push_back(more);
    const ScalarFamily family(out_.family({series.name, series.help, series.type, {}}));
    family.add(value / series.perUnit, labels_);
    labels_.resize(own);
  }

  void giveKeyed(const KeyedFile& wanted) {
    const auto file = read(wanted.name);
    if (!file) return;
    for (const Row& row : file->rows()) {
      if (row.empty()) continue;
      const std::string_view key = row.word(0);
      for (const Series& series : wanted.series) {
        if (series.key != key) continue;
        complaints_.attempt([&] { add(series, static_cast<double>(row.unsignedInteger(1))); });
      }
    }
  }

  // "max" is no limit, and has no sample.
  void giveSingle(const Series& series) {
    const auto file = read(series.key);
    if (!file) return;
    const Row row = file->firstLine();
    if (row.word(0) != "max") add(series, static_cast<double>(row.unsignedInteger(0)));
  }

  // `50000 100000`: microseconds in a period of microseconds.
  void giveCpuLimit() {
    const auto file = read("cpu.max");
    if (!file) return;
    const Row row = file->firstLine();
    if (row.word(0) == "max") return;
    const auto period = static_cast<double>(row.unsignedInteger(1));
    if (period == 0) throw row.error("a period", row.word(1));
    add({"", "cgroup_cpu_limit_cpus", "Processors whose time may be used."},
        static_cast<double>(row.unsignedInteger(0)) / period);
  }

  // `8:0 rbytes=1 wbytes=2 …`. A device without numbers may stand alone before another on its line.
  void giveIo() {
    const auto file = read("io.stat");
    if (!file) return;
    for (const Row& row : file->rows()) {
      std::string device;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string_view word = row.word(i);
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) {
          device = deviceName(word);
        } else if (!device.empty()) {
          complaints_.attempt(
              [&] { giveIoNumber(row, word.substr(0, equals), word.substr(equals + 1), device); });
        }
      }
    }
  }

  void giveIoNumber(const Row& row, std::string_view key, std::string_view text,
                    std::string_view device) {
    for (const Series& series : kIoNumbers) {
      if (series.key != key) continue;
      const auto value = parseUnsigned(text);
      if (!value) throw row.error("a number behind " + std::string(key) + "=", text);
      add(series, static_cast<double>(*value), {"device", device});
    }
  }

  // As the other collectors call a device; its numbers where it has no name any more.
  std::string deviceName(std::string_view numbers) const {
    const auto target = kernel_.linkTarget("sys/dev/block/" + std::string(numbers));
    return std::string(target ? baseName(*target) : numbers);
  }

  void givePressure(std::string_view resource) {
    const auto file = read(kernel_.path(resource, ".pressure"));
    if (!file) return;
    for (const Row& row : file->rows()) {
      const bool some = row.find(0) == "some";
      if (!some && row.find(0) != "full") continue;
      complaints_.attempt([&] {
        add({"", some ? kWaiting : kStalled, some ? kWaitingHelp : kStalledHelp, kCounter,
             kMicrosecond},
            static_cast<double>(pressureTotal(row)), {"resource", resource});
      });
    }
  }

  Kernel& kernel_;
  Sink& out_;
  Complaints& complaints_;
  std::string_view directory_;
  std::vector<Label> labels_;
  std::optional<Row> controllers_;  // that are on; nullopt if that is not known
  bool refused_ = false;
};

class Cgroup final : public Collector {
 public:
  explicit Cgroup(const Flags& flags)
      : depth_(flags.integer(kDepth)), taken_(NameFilter::fromFlags(flags, kInclude, kExclude)) {}

  void collect(Kernel& kernel, Sink& out) override {
    const auto root = cgroupRoot(kernel);
    if (!root) throw NoData{};
    refused_ = false;
    complaints_.clear();
    for (const std::string& path : listCgroups(kernel, *root, depth_)) {
      if (!taken_.takes(path)) continue;
      const std::string_view directory =
          path == "/" ? *root : kernel.path(*root, std::string_view(path));
      CgroupReading reading(kernel, out, complaints_, directory, path);
      reading.give();
      refused_ |= reading.refused();
    }
    if (refused_) {
      complaints_.add("files of some cgroups cannot be read: CAP_DAC_READ_SEARCH would help");
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  std::int64_t depth_;
  NameFilter taken_;
  bool refused_ = false;  // in this run
  Complaints complaints_;
};

const RegisterCollector<Cgroup> cgroup{
    {.name = "cgroup",
     .onByDefault = kOffByDefault,
     .flags = {integerFlag(std::string(kDepth), 5, kCount,
                           "Levels of cgroups below the root; 0 gives the root alone."),
               patternFlag(std::string(kInclude), "", "Regular expression of the cgroups to take."),
               patternFlag(std::string(kExclude), "",
                           "Regular expression of the cgroups to leave out.")},
     .reads = "sys/fs/cgroup/**/"
              "{cgroup.controllers,cpu.stat,cpu.max,memory.{current,peak,max,high,stat,events},"
              "memory.swap.{current,max},pids.{current,peak,max,events},io.stat,"
              "{cpu,memory,io}.pressure}, sys/dev/block"}};

}  // namespace

}  // namespace orchestrator_exporter
