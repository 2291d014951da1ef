#include <cerrno>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/machine/processors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kOfflineFile = "sys/devices/system/cpu/offline";

struct Frequency {
  std::string_view file;
  std::string_view family;
  std::string_view help;
};

constexpr Frequency kFrequencies[] = {
    {"/cpuinfo_avg_freq", "node_cpu_frequency_avg_hertz",
     "Frequency that the processor ran at on average of late."},
    {"/cpuinfo_cur_freq", "node_cpu_frequency_hertz", kProcessorFrequencyHelp},
    {"/cpuinfo_max_freq", "node_cpu_frequency_max_hertz",
     "Highest frequency that the processor can run at."},
    {"/cpuinfo_min_freq", "node_cpu_frequency_min_hertz",
     "Lowest frequency that the processor can run at."},
    {"/scaling_cur_freq", "node_cpu_scaling_frequency_hertz",
     "Frequency that the scaling driver has set."},
    {"/scaling_max_freq", "node_cpu_scaling_frequency_max_hertz",
     "Highest frequency that the scaling policy allows."},
    {"/scaling_min_freq", "node_cpu_scaling_frequency_min_hertz",
     "Lowest frequency that the scaling policy allows."},
};

// What the kernel writes for a frequency that the driver does not know.
constexpr std::string_view kUnknown = "<unknown>";

// All governors that could be active stand in a row, with a blank between each two.
void addGovernors(std::string_view cpu, std::string_view active, std::string_view governors,
                  Sink& out) {
  if (active.empty()) return;
  const auto family = out.gauge("node_cpu_scaling_governor",
                                "1 for the governor that sets the processor's frequency, else 0.");
  for (std::string_view rest = governors;;) {
    const std::size_t blank = rest.find(' ');
    const std::string_view governor = rest.substr(0, blank);
    family.add(governor == active ? 1 : 0, {{"cpu", cpu}, {"governor", governor}});
    if (blank == std::string_view::npos) return;
    rest.remove_prefix(blank + 1);
  }
}

class Cpufreq final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const ProcessorList offline = offlineProcessors(kernel);
    bool any = false;
    for (const ProcessorEntry& entry : processorEntries(kernel)) {
      const auto number = parseUnsigned(entry.number);
      if (number && contains(offline, *number)) continue;
      const std::string_view directory = kernel.path(entry.directory, "/cpufreq");
      if (!kernel.exists(directory)) continue;
      any = true;
      give(kernel, entry.number, directory, out);
    }
    if (!any) throw NoData{};  // as in most virtual machines
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // Without the list, every processor that has frequencies is taken for one that is in use.
  ProcessorList offlineProcessors(Kernel& kernel) {
    Complaints complaints;
    const auto offline = complaints.valueOf([&] {
      auto list = readProcessorList(kernel, kOfflineFile);
      if (!list) throw ReadError(ENOENT, kOfflineFile);
      return list;
    });
    if (!offline) complaints_.add(complaints.text());
    return offline.value_or(ProcessorList{});
  }

  void give(Kernel& kernel, std::string_view cpu, std::string_view directory, Sink& out) {
    for (const Frequency& frequency : kFrequencies) {
      complaints_.attempt([&] {
        const std::string_view path = kernel.path(directory, frequency.file);
        // Some are for root only, and drivers refuse those that they cannot tell at present.
        const auto text = kernel.readText(path, {EPERM, EACCES, EAGAIN, EBUSY, EINVAL, ENODEV});
        if (!text || *text == kUnknown) return;
        const auto kilohertz = parseUnsigned(*text);
        if (!kilohertz) throw ParseError(path, 1, "a whole number of at most 64 bits", *text);
        out.gauge(frequency.family, frequency.help)
            .add(static_cast<double>(*kilohertz) * 1000, {{"cpu", cpu}});
      });
    }
    complaints_.attempt([&] {
      const auto active = kernel.readText(kernel.path(directory, "/scaling_governor"));
      const auto governors =
          kernel.readText(kernel.path(directory, "/scaling_available_governors"));
      if (active && governors) addGovernors(cpu, *active, *governors, out);
    });
  }

  Complaints complaints_;
};

const RegisterCollector<Cpufreq> cpufreq{
    {.name = "cpufreq",
     .reads = "sys/devices/system/cpu/cpu<N>/cpufreq, sys/devices/system/cpu/offline",
     .needs = "root for node_cpu_frequency_hertz and node_cpu_frequency_avg_hertz"}};

}  // namespace

}  // namespace orchestrator_exporter
