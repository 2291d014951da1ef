#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// node_cpu_frequency_hertz comes from proc/cpuinfo and from cpufreq, and is one family.
inline constexpr std::string_view kProcessorFrequencyHelp = "Frequency that the processor runs at.";

// A list of processors as sysfs writes it, "0-3,7"; see Documentation/admin-guide/cputopology.rst.
struct ProcessorRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
using ProcessorList = std::vector<ProcessorRange>;

// nullopt if the file does not exist; throws ParseError for what is no such list.
std::optional<ProcessorList> readProcessorList(Kernel& kernel, std::string_view path);
bool contains(const ProcessorList& list, std::uint64_t processor);

// A processor in sysfs: the directory and what follows "cpu" in its name.
struct ProcessorEntry {
  std::string_view directory;
  std::string_view number;
};

// The directories sys/devices/system/cpu/cpu<N>, in byte order of their names.
std::vector<ProcessorEntry> processorEntries(Kernel& kernel);

// One processor of proc/cpuinfo, with the keys of x86; keys that it lacks are empty.
struct ProcessorInfo {
  std::uint64_t number = 0;
  std::string_view vendor = {};
  std::string_view family = {};
  std::string_view model = {};
  std::string_view modelName = {};
  std::string_view microcode = {};
  std::string_view stepping = {};
  std::string_view cacheSize = {};
  std::string_view package = {};
  std::string_view core = {};
  std::string_view flags = {};  // words
  std::string_view bugs = {};   // words
  std::optional<double> megahertz = {};
};

// The processors that proc/cpuinfo tells of in stanzas that begin with the line `processor`; not
// all architectures have such. Throws ReadError if the file cannot be read and ParseError if it
// tells of no processor. What is wrong with single lines is added to refusals.
std::vector<ProcessorInfo> readProcessorInfo(Kernel& kernel, std::vector<ParseError>& refusals);

}  // namespace orchestrator_exporter
