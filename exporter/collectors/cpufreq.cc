#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
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

struct Scaling {
  std::string_view cpu;
  std::array<std::optional<std::uint64_t>, std::size(kFrequencies)> kilohertz{};
  std::string_view governor = {};
  std::string_view governors = {};  // all that could be active, with a blank between each two
};

std::string_view textOf(Kernel& kernel, std::string_view directory, std::string_view file) {
  return trim(kernel.require(kernel.path(directory, file)).text);
}

Scaling readScaling(Kernel& kernel, std::string_view cpu, std::string_view directory) {
  Scaling scaling{.cpu = cpu};
  for (std::size_t i = 0; i < std::size(kFrequencies); ++i) {
    // Some are for root only, and some drivers have not all of them.
    scaling.kilohertz[i] =
        kernel.readUnsigned(kernel.path(directory, kFrequencies[i].file), {EPERM, EACCES});
  }
  scaling.governor = textOf(kernel, directory, "/scaling_governor");
  scaling.governors = textOf(kernel, directory, "/scaling_available_governors");
  // Every scaling policy has these; where one is missing, the others are not to be trusted.
  for (const std::string_view file : {"/scaling_driver", "/related_cpus", "/scaling_setspeed"}) {
    const std::string_view path = kernel.path(directory, file);
    if (!kernel.exists(path)) throw ReadError(ENOENT, path);
  }
  return scaling;
}

void addGovernors(const Scaling& scaling, Sink& out) {
  if (scaling.governor.empty()) return;
  const auto family = out.gauge("node_cpu_scaling_governor",
                                "1 for the governor that sets the processor's frequency, else 0.");
  for (std::string_view rest = scaling.governors;;) {
    const std::size_t blank = rest.find(' ');
    const std::string_view governor = rest.substr(0, blank);
    family.add(governor == scaling.governor ? 1 : 0,
               {{"cpu", scaling.cpu}, {"governor", governor}});
    if (blank == std::string_view::npos) return;
    rest.remove_prefix(blank + 1);
  }
}

class Cpufreq final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    for (const Scaling& scaling : readAll(kernel)) {
      for (std::size_t i = 0; i < std::size(kFrequencies); ++i) {
        if (!scaling.kilohertz[i]) continue;
        out.gauge(kFrequencies[i].family, kFrequencies[i].help)
            .add(static_cast<double>(*scaling.kilohertz[i]) * 1000, {{"cpu", scaling.cpu}});
      }
      addGovernors(scaling, out);
    }
  }

  static std::vector<Scaling> readAll(Kernel& kernel) {
    const auto offline = readProcessorList(kernel, kOfflineFile);
    if (!offline) throw ReadError(ENOENT, kOfflineFile);
    std::vector<Scaling> all;
    for (const ProcessorEntry& entry : processorEntries(kernel)) {
      const auto number = parseUnsigned(entry.number);
      if (number && contains(*offline, *number)) continue;
      const std::string_view directory = kernel.path(entry.directory, "/cpufreq");
      if (kernel.exists(directory)) all.push_back(readScaling(kernel, entry.number, directory));
    }
    if (all.empty()) throw NoData{};  // as in most virtual machines
    return all;
  }
};

const RegisterCollector<Cpufreq> cpufreq{
    {.name = "cpufreq",
     .reads = "sys/devices/system/cpu/cpu<N>/cpufreq, sys/devices/system/cpu/offline",
     .needs = "root for node_cpu_frequency_hertz and node_cpu_frequency_avg_hertz"}};

}  // namespace

}  // namespace orchestrator_exporter
