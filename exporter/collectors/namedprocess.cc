#include <string>
#include <string_view>

#include "exporter/build_info.h"
#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/processes/naming/rules_file.h"
#include "exporter/processes/process_tracker.h"
#include "metrics/base/process/ticks.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kConfig = "collector.namedprocess.config";
constexpr std::string_view kNames = "collector.namedprocess.names";
constexpr std::string_view kMapping = "collector.namedprocess.name-mapping";
constexpr std::string_view kChildren = "collector.namedprocess.children";
constexpr std::string_view kThreads = "collector.namedprocess.threads";
constexpr std::string_view kSmaps = "collector.namedprocess.smaps";
constexpr std::string_view kRecheck = "collector.namedprocess.recheck";
constexpr std::string_view kRecheckLimit = "collector.namedprocess.recheck-with-time-limit";
constexpr std::string_view kRemoveEmpty = "collector.namedprocess.remove-empty-groups";

// What process-exporter shows for a group without processes: the year 1.
constexpr double kNoStartTime = -62135596800;

ProcessRules rulesFrom(const Flags& flags) {
  const std::string& config = flags.text(kConfig);
  if (config.empty()) {
    return ProcessRules::fromFlags(kNames, flags.text(kNames), kMapping, flags.text(kMapping));
  }
  for (const std::string_view other : {kNames, kMapping}) {
    if (flags.text(other).empty()) continue;
    throw StartError("--" + std::string(kConfig) + " and --" + std::string(other) +
                     " exclude each other: give only one of them");
  }
  return readRulesFile(config);
}

ProcessTracker::Options optionsFrom(const Flags& flags) {
  ProcessTracker::Options options;
  options.children = flags.enabled(kChildren);
  options.recheckLimit = flags.duration(kRecheckLimit);
  options.recheck = flags.enabled(kRecheck) || options.recheckLimit.count() != 0;
  options.removeEmptyGroups = flags.enabled(kRemoveEmpty);
  options.proportionalMemory = flags.enabled(kSmaps);
  return options;
}

double seconds(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(kTicksPerSecond);
}

double number(std::uint64_t value) { return static_cast<double>(value); }

// A count of processes, and of threads too, that becomes one series or several of a family.
struct CountSeries {
  std::string_view name;        // of the family for groups
  std::string_view threadName;  // of the family for threads
  std::string_view help;
  std::string_view threadHelp;
  std::uint64_t ProcessCounts::*count;
  std::string_view label = {};  // what tells the series of a family apart, where there are several
  std::string_view value = {};
  std::string_view threadLabel = {};
  bool isIo = false;  // may be unknown
};

constexpr CountSeries kCounts[] = {
    {"namedprocess_namegroup_cpu_seconds_total", "namedprocess_namegroup_thread_cpu_seconds_total",
     "CPU time of the group's processes.", "CPU time of the group's threads.",
     &ProcessCounts::userTicks, "mode", "user", "mode"},
    {"namedprocess_namegroup_cpu_seconds_total", "namedprocess_namegroup_thread_cpu_seconds_total",
     "CPU time of the group's processes.", "CPU time of the group's threads.",
     &ProcessCounts::systemTicks, "mode", "system", "mode"},
    {"namedprocess_namegroup_read_bytes_total",
     "namedprocess_namegroup_thread_io_bytes_total",
     "Bytes that the group's processes read from storage.",
     "Bytes that the group's threads read from and wrote to storage.",
     &ProcessCounts::readBytes,
     {},
     "read",
     "iomode",
     true},
    {"namedprocess_namegroup_write_bytes_total",
     "namedprocess_namegroup_thread_io_bytes_total",
     "Bytes that the group's processes wrote to storage.",
     "Bytes that the group's threads read from and wrote to storage.",
     &ProcessCounts::writtenBytes,
     {},
     "write",
     "iomode",
     true},
    {"namedprocess_namegroup_major_page_faults_total",
     "namedprocess_namegroup_thread_major_page_faults_total",
     "Page faults of the group's processes that waited for storage.",
     "Page faults of the group's threads that waited for storage.", &ProcessCounts::majorFaults},
    {"namedprocess_namegroup_minor_page_faults_total",
     "namedprocess_namegroup_thread_minor_page_faults_total",
     "Page faults of the group's processes that memory alone could serve.",
     "Page faults of the group's threads that memory alone could serve.",
     &ProcessCounts::minorFaults},
    {"namedprocess_namegroup_context_switches_total",
     "namedprocess_namegroup_thread_context_switches_total",
     "Times that tasks of the group left the processor.",
     "Times that the group's threads left the processor.", &ProcessCounts::voluntarySwitches,
     "ctxswitchtype", "voluntary", "ctxswitchtype"},
    {"namedprocess_namegroup_context_switches_total",
     "namedprocess_namegroup_thread_context_switches_total",
     "Times that tasks of the group left the processor.",
     "Times that the group's threads left the processor.", &ProcessCounts::nonvoluntarySwitches,
     "ctxswitchtype", "nonvoluntary", "ctxswitchtype"},
};

double valueOf(const CountSeries& series, const ProcessCounts& counts) {
  const bool isTime =
      series.count == &ProcessCounts::userTicks || series.count == &ProcessCounts::systemTicks;
  return isTime ? seconds(counts.*series.count) : number(counts.*series.count);
}

class Namedprocess final : public Collector {
 public:
  Namedprocess(const Flags& flags, Kernel& kernel)
      : tracker_(kernel, rulesFrom(flags), optionsFrom(flags)), threads_(flags.enabled(kThreads)) {}

  void collect(Kernel& kernel, Sink& out) override {
    const int error = tracker_.update(kernel);
    if (error != 0) ++scrapeErrors_;
    giveErrors(out);
    giveBuildInfo(out);
    if (error != 0) throw ReadError(error, "proc");
    giveCounts(out);
    giveMemory(out);
    giveDescriptors(out);
    giveTasks(out);
    if (threads_) giveThreads(out);
  }

  // The arguments and the proportional memory of a process wait for its memory map, which a process
  // that is stuck in the kernel can hold for ever.
  bool mayBlock() const override { return true; }

  std::string complaint() const override {
    Complaints complaints;
    if (!tracker_.bootTime()) complaints.add("proc/stat does not tell when the host booted");
    // These files are for those who may trace the process and pass by its directory's permissions.
    const std::string files = tracker_.refusals();
    if (!files.empty()) {
      complaints.add(files +
                     " of some processes cannot be read: CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH "
                     "would help");
    }
    return complaints.text();
  }

 private:
  // Calls give(family, name, group) for each group.
  template <typename Give>
  void forEachGroup(Sink& out, const FamilyHead& head, Give give) const {
    // The series differ, because the names of the groups do.
    const ScalarFamily family(out.uniqueFamily(head));
    for (const auto& [name, group] : tracker_.groups()) {
      give(family, Label{"groupname", name}, group);
    }
  }

  void giveErrors(Sink& out) const {
    out.counter("namedprocess_scrape_errors", "Scrapes in which the processes could not be listed.")
        .add(number(scrapeErrors_));
    out.counter("namedprocess_scrape_procread_errors",
                "Processes that could not be read in the first pass.")
        .add(number(tracker_.readErrors()));
    out.counter("namedprocess_scrape_partial_errors",
                "Readings of processes in which files failed that are not essential.")
        .add(number(tracker_.partialErrors()));
  }

  // Under the name that process-exporter's dashboards read.
  static void giveBuildInfo(Sink& out) {
    out.gauge("process_exporter_build_info", "What this exporter was built from.")
        .add(1, {{"branch", kBranch},
                 {"goarch", kArchitecture},
                 {"goos", "linux"},
                 {"goversion", ""},
                 {"revision", kRevision},
                 {"tags", ""},
                 {"version", kVersion}});
  }

  void giveCounts(Sink& out) const {
    for (const CountSeries& series : kCounts) {
      forEachGroup(out, {series.name, series.help, MetricType::kCounter},
                   [&](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                     if (series.isIo && !group.ioKnown) return;
                     const double value = valueOf(series, group.grown);
                     if (series.label.empty()) return family.add(value, {name});
                     family.add(value, {name, {series.label, series.value}});
                   });
    }
  }

  void giveMemory(Sink& out) const {
    forEachGroup(out,
                 {"namedprocess_namegroup_memory_bytes", "Memory that the group's processes use.",
                  MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   family.add(number(group.residentBytes), {name, {"memtype", "resident"}});
                   family.add(number(group.virtualBytes), {name, {"memtype", "virtual"}});
                   family.add(number(group.swappedBytes), {name, {"memtype", "swapped"}});
                   if (group.proportionalResidentBytes) {
                     family.add(number(*group.proportionalResidentBytes),
                                {name, {"memtype", "proportionalResident"}});
                   }
                   if (group.proportionalSwappedBytes) {
                     family.add(number(*group.proportionalSwappedBytes),
                                {name, {"memtype", "proportionalSwapped"}});
                   }
                 });
  }

  void giveDescriptors(Sink& out) const {
    forEachGroup(out,
                 {"namedprocess_namegroup_open_filedesc",
                  "Descriptors that the group's processes have open.", MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   if (group.openDescriptors) family.add(number(*group.openDescriptors), {name});
                 });
    forEachGroup(out,
                 {"namedprocess_namegroup_worst_fd_ratio",
                  "Open descriptors by the limit of them, of the process nearest to its limit.",
                  MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   if (group.worstDescriptorRatio) family.add(*group.worstDescriptorRatio, {name});
                 });
  }

  void giveTasks(Sink& out) const {
    forEachGroup(
        out, {"namedprocess_namegroup_num_procs", "Processes of the group.", MetricType::kGauge},
        [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
          family.add(number(group.processes), {name});
        });
    forEachGroup(out,
                 {"namedprocess_namegroup_num_threads", "Threads of the group's processes.",
                  MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   family.add(number(group.threads), {name});
                 });
    forEachGroup(
        out,
        {"namedprocess_namegroup_oldest_start_time_seconds",
         "When the oldest process of the group started, in Unix time.", MetricType::kGauge},
        [&](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
          if (!group.oldestStartTicks) return family.add(kNoStartTime, {name});
          if (const auto boot = tracker_.bootTime()) {
            // Of the boot's whole seconds and the process' hundredths the whole seconds.
            family.add(number(*boot + *group.oldestStartTicks / kTicksPerSecond), {name});
          }
        });
    forEachGroup(out,
                 {"namedprocess_namegroup_states",
                  "Processes and threads of the group in each state.", MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   for (std::size_t i = 0; i < group.states.size(); ++i) {
                     family.add(number(group.states[i]), {name, {"state", kProcessStates[i]}});
                   }
                 });
    forEachGroup(
        out,
        {"namedprocess_namegroup_threads_wchan",
         "Processes and threads of the group that wait in each kernel function.",
         MetricType::kGauge},
        [&](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
          for (const auto& [channel, tasks] : group.waiting) {
            family.add(number(tasks), {name, {"wchan", tracker_.waitChannels().name(channel)}});
          }
        });
  }

  void giveThreads(Sink& out) const {
    forEachGroup(out,
                 {"namedprocess_namegroup_thread_count",
                  "Threads of each name, in processes that have several.", MetricType::kGauge},
                 [](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                   for (const auto& [thread, sums] : group.threadGroups) {
                     family.add(number(sums.threads), {name, {"threadname", thread}});
                   }
                 });
    for (const CountSeries& series : kCounts) {
      forEachGroup(out, {series.threadName, series.threadHelp, MetricType::kCounter},
                   [&](const ScalarFamily& family, const Label& name, const ProcessGroup& group) {
                     for (const auto& [thread, sums] : group.threadGroups) {
                       if (series.isIo && !sums.ioKnown) continue;
                       const double value = valueOf(series, sums.grown);
                       const Label threadName{"threadname", thread};
                       if (series.threadLabel.empty()) {
                         family.add(value, {name, threadName});
                       } else {
                         family.add(value, {name, threadName, {series.threadLabel, series.value}});
                       }
                     }
                   });
    }
  }

  ProcessTracker tracker_;
  bool threads_;
  std::uint64_t scrapeErrors_ = 0;
};

const RegisterCollector<Namedprocess> namedprocess{
    {.name = "namedprocess",
     .onByDefault = kOffByDefault,
     .flags = {textFlag(std::string(kConfig), "",
                        "YAML file of process-exporter's with the rules that name processes."),
               textFlag(std::string(kNames), "",
                        "Commands that are groups of their own, comma separated."),
               textFlag(std::string(kMapping), "",
                        "Commands that an expression over the arguments names further: "
                        "name,expression,…"),
               switchFlag(std::string(kChildren), true,
                          "Count children that no rule takes in their parent's group."),
               switchFlag(std::string(kThreads), true, "Give the families about threads."),
               switchFlag(std::string(kSmaps), false,
                          "Read proportional memory, which costs more than all else."),
               switchFlag(std::string(kRecheck), false,
                          "Look on each scrape again at processes that no rule took."),
               durationFlag(std::string(kRecheckLimit), "0s", kNotNegative,
                            "As recheck, while the process is younger than this."),
               switchFlag(std::string(kRemoveEmpty), false,
                          "Forget groups that have no process left.")},
     .reads = "proc/<pid>/{stat,schedstat,status,io,cmdline,fd,limits,wchan,smaps_rollup,cgroup}, "
              "proc/<pid>/task/<tid>/{stat,schedstat,status,io,wchan}, proc/stat, etc/passwd",
     .needs = "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for io, open descriptors and smaps of other "
              "users' processes"}};

}  // namespace

}  // namespace orchestrator_exporter
