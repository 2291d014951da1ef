#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/machine/proc_stat.h"
#include "exporter/kernel/machine/processors.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kGuestFlag = "collector.cpu.guest";
constexpr const char* kInfoFlag = "collector.cpu.info";
constexpr const char* kFlagsFlag = "collector.cpu.info.flags-include";
constexpr const char* kBugsFlag = "collector.cpu.info.bugs-include";
constexpr std::string_view kIsolatedFile = "sys/devices/system/cpu/isolated";

// A processor whose idle time falls by so many seconds was taken away and came back.
constexpr double kJumpBack = 3;
// More processors than Linux can have.
constexpr std::uint64_t kMostProcessors = 65536;

constexpr std::string_view kModes[] = {"user",   "nice", "system",  "idle",
                                       "iowait", "irq",  "softirq", "steal"};

std::optional<Pattern> patternOf(const Flags& flags, const char* flag) {
  if (flags.text(flag).empty()) return std::nullopt;
  return Pattern(flag, flags.text(flag));
}

// The kernel's times of iowait and others sometimes fall a little; a counter must not.
ProcessorTime withoutFalls(const ProcessorTime& before, const ProcessorTime& now) {
  ProcessorTime held = before;
  held.cpu = now.cpu;
  if (before.seconds[kIdle] - now.seconds[kIdle] >= kJumpBack) held.seconds = {};
  for (std::size_t i = 0; i < held.seconds.size(); ++i) {
    if (now.seconds[i] >= held.seconds[i]) held.seconds[i] = now.seconds[i];
  }
  return held;
}

void addMatches(const ScalarFamily& family, std::string_view label, std::string_view words,
                const Pattern& pattern) {
  const Row row({}, 0, words);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (pattern.matches(row.word(i))) family.add(1, {{label, row.word(i)}});
  }
}

void addInfo(const ProcessorInfo& processor, bool frequency, Sink& out) {
  const std::string cpu = std::to_string(processor.number);
  out.gauge("node_cpu_info", "What the processor calls itself; always 1.")
      .add(1, {{"package", processor.package},
               {"core", processor.core},
               {"cpu", cpu},
               {"vendor", processor.vendor},
               {"family", processor.family},
               {"model", processor.model},
               {"model_name", processor.modelName},
               {"microcode", processor.microcode},
               {"stepping", processor.stepping},
               {"cachesize", processor.cacheSize}});
  if (!frequency || !processor.megahertz) return;
  out.gauge("node_cpu_frequency_hertz", kProcessorFrequencyHelp)
      .add(*processor.megahertz * 1e6,
           {{"package", processor.package}, {"core", processor.core}, {"cpu", cpu}});
}

// A number of the topology; nullopt if the kernel does not know it, which it says by -1.
std::optional<std::int64_t> placeAt(AttributeReader& attributes, std::string_view path) {
  const auto place = attributes.integer(path);
  return place && *place >= 0 ? place : std::nullopt;
}

// Processors share the counts of their core and package: the first one that tells them speaks.
void addThrottles(Kernel& kernel, AttributeReader& attributes,
                  const std::vector<ProcessorEntry>& entries, Sink& out) {
  struct Core {
    std::int64_t package;
    std::int64_t core;
    bool operator==(const Core&) const = default;
  };
  std::vector<Core> cores;
  std::vector<std::int64_t> packages;
  const auto known = [](const auto& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const auto byCore = out.counter("node_cpu_core_throttles_total",
                                  "How often the processor core was slowed down by heat.");
  const auto byPackage = out.counter("node_cpu_package_throttles_total",
                                     "How often the processor package was slowed down by heat.");
  for (const ProcessorEntry& entry : entries) {
    // Virtual machines have none, and then the topology is of no use either.
    if (!kernel.exists(kernel.path(entry.directory, "/thermal_throttle"))) continue;
    const auto path = [&](std::string_view file) { return kernel.path(entry.directory, file); };
    const auto package = placeAt(attributes, path("/topology/physical_package_id"));
    const auto core = placeAt(attributes, path("/topology/core_id"));
    if (!package || !core) continue;
    const std::string packageLabel = std::to_string(*package);
    if (!known(cores, Core{*package, *core})) {
      if (const auto count =
              attributes.unsignedInteger(path("/thermal_throttle/core_throttle_count"))) {
        cores.push_back({*package, *core});
        byCore.add(static_cast<double>(*count),
                   {{"package", packageLabel}, {"core", std::to_string(*core)}});
      }
    }
    if (!known(packages, *package)) {
      if (const auto count =
              attributes.unsignedInteger(path("/thermal_throttle/package_throttle_count"))) {
        packages.push_back(*package);
        byPackage.add(static_cast<double>(*count), {{"package", packageLabel}});
      }
    }
  }
}

// The first processor often cannot be taken away and has no such file: then there is no family.
void addOnline(Kernel& kernel, AttributeReader& attributes,
               const std::vector<ProcessorEntry>& entries, Sink& out) {
  if (!kernel.exists(kernel.path(entries.front().directory, "/online"))) return;
  const auto online = out.gauge("node_cpu_online", "1 where the processor is in use, else 0.");
  for (const ProcessorEntry& entry : entries) {
    const auto state = attributes.text(kernel.path(entry.directory, "/online"));
    if (state == "0" || state == "1") online.add(state == "1" ? 1 : 0, {{"cpu", entry.number}});
  }
}

class Cpu final : public Collector {
 public:
  Cpu(const Flags& flags, Kernel& kernel)
      : guest_(flags.enabled(kGuestFlag)),
        frequency_(flags.collectorEnabled("cpufreq")),
        flagPattern_(patternOf(flags, kFlagsFlag)),
        bugPattern_(patternOf(flags, kBugsFlag)),
        info_(flags.enabled(kInfoFlag) || flagPattern_ || bugPattern_) {
    Complaints complaints;
    complaints.attempt([&] { isolated_ = isolatedProcessors(kernel); });
    isolatedComplaint_ = complaints.text();
  }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    if (!isolatedComplaint_.empty()) complaints_.add(isolatedComplaint_);
    const bool hasTimes = complaints_.attempt([&] { collectTimes(kernel, out); });
    if (info_) complaints_.attempt([&] { collectInfo(kernel, out); });
    const auto isolated =
        out.gauge("node_cpu_isolated", "1 for processors that the scheduler leaves alone.");
    for (const std::string& cpu : isolated_) isolated.add(1, {{"cpu", cpu}});

    complaints_.attempt([&] {
      const auto entries = processorEntries(kernel);
      if (entries.empty()) throw ReadError(ENOENT, "sys/devices/system/cpu/cpu<N>");
      AttributeReader attributes(kernel, complaints_);
      addThrottles(kernel, attributes, entries, out);
      addOnline(kernel, attributes, entries, out);
    });
    complaints_.failIf(!hasTimes);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // Set on the kernel's command line, so once is enough.
  static std::vector<std::string> isolatedProcessors(Kernel& kernel) {
    std::vector<std::string> processors;
    const auto list = readProcessorList(kernel, kIsolatedFile);
    for (const ProcessorRange& range : list.value_or(ProcessorList{})) {
      if (range.last >= kMostProcessors) {
        throw ParseError(kIsolatedFile, 1, "fewer than 65536 processors",
                         std::to_string(range.last));
      }
      for (std::uint64_t cpu = range.first; cpu <= range.last; ++cpu) {
        processors.push_back(std::to_string(cpu));
      }
    }
    return processors;
  }

  void collectInfo(Kernel& kernel, Sink& out) {
    std::vector<ParseError> refusals;
    const auto processors = readProcessorInfo(kernel, refusals);
    for (const ParseError& refusal : refusals) complaints_.add(refusal.what());
    for (const ProcessorInfo& processor : processors) addInfo(processor, frequency_, out);
    if (flagPattern_) {
      addMatches(out.gauge("node_cpu_flag_info", "Feature of the first processor; always 1."),
                 "flag", processors.front().flags, *flagPattern_);
    }
    if (bugPattern_) {
      addMatches(out.gauge("node_cpu_bug_info", "Bug of the first processor; always 1."), "bug",
                 processors.front().bugs, *bugPattern_);
    }
  }

  void collectTimes(Kernel& kernel, Sink& out) {
    const ProcStat& stat = readProcStat(kernel);
    std::vector<ProcessorTime> processors = stat.processors;
    if (processors.empty() && !stat.processorRefusals.empty()) {
      throw stat.processorRefusals.front();
    }
    for (const ParseError& refusal : stat.processorRefusals) complaints_.add(refusal.what());
    for (std::size_t i = 0; i < processors.size(); ++i) {
      if (const auto* before = held(processors[i].cpu, i)) {
        processors[i] = withoutFalls(*before, processors[i]);
      } else {
        processors[i] = withoutFalls({}, processors[i]);
      }
    }
    held_ = std::move(processors);

    const auto seconds =
        out.counter("node_cpu_seconds_total", "Time that the processor spent in each mode.");
    for (const ProcessorTime& time : held_) {
      const std::string cpu = std::to_string(time.cpu);
      for (std::size_t mode = 0; mode < std::size(kModes); ++mode) {
        seconds.add(time.seconds[mode], {{"cpu", cpu}, {"mode", kModes[mode]}});
      }
    }
    if (!guest_) return;
    const auto guest = out.counter("node_cpu_guest_seconds_total",
                                   "Time that the processor spent on guests (virtual machines), "
                                   "which is also in its user and nice time.");
    for (const ProcessorTime& time : held_) {
      const std::string cpu = std::to_string(time.cpu);
      guest.add(time.seconds[kGuest], {{"cpu", cpu}, {"mode", "user"}});
      guest.add(time.seconds[kGuestNice], {{"cpu", cpu}, {"mode", "nice"}});
    }
  }

  // What was given last for the processor, most likely at this place.
  const ProcessorTime* held(std::int64_t cpu, std::size_t place) const {
    if (place < held_.size() && held_[place].cpu == cpu) return &held_[place];
    const auto found = std::find_if(held_.begin(), held_.end(),
                                    [&](const ProcessorTime& time) { return time.cpu == cpu; });
    return found == held_.end() ? nullptr : &*found;
  }

  bool guest_;
  bool frequency_;
  std::optional<Pattern> flagPattern_;
  std::optional<Pattern> bugPattern_;
  bool info_;
  std::vector<std::string> isolated_;
  std::string isolatedComplaint_;  // why they are not known
  std::vector<ProcessorTime> held_;
  Complaints complaints_;
};

const RegisterCollector<Cpu> cpu{
    {.name = "cpu",
     .flags = {switchFlag(kGuestFlag, true, "Report the time spent on guests."),
               switchFlag(kInfoFlag, false, "Report what proc/cpuinfo tells of each processor."),
               patternFlag(kFlagsFlag, "", "Expression for processor flags to report."),
               patternFlag(kBugsFlag, "", "Expression for processor bugs to report.")},
     .reads = "proc/stat, proc/cpuinfo, sys/devices/system/cpu/cpu<N>/{thermal_throttle,topology,"
              "online}, sys/devices/system/cpu/isolated"}};

}  // namespace

}  // namespace orchestrator_exporter
