#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/profiling/code/code_image.h"
#include "exporter/profiling/code/symbol_table.h"
#include "exporter/profiling/perf_record.h"
#include "exporter/profiling/sampled_process.h"
#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// Counts the stacks of samples, and in the end names their functions. For one thread.
class StackCollector {
 public:
  explicit StackCollector(bool hasUserState) : hasUserState_(hasUserState) {}

  // Records in the order of time.
  void take(std::string_view record);

  // Adds what was counted, root first and each under its thread's name, to a profile whose first
  // type is a count of samples and whose others are times; each sample stands for `period`
  // nanoseconds of them.
  void addTo(Profile& profile, std::int64_t period);

  std::uint64_t samples() const { return samples_; }
  std::uint64_t lost() const { return lost_; }

 private:
  enum class PlaceKind : std::uint8_t { kImage, kKernel, kGenerated, kUnknown };
  // Where in which code.
  struct Place {
    std::uint64_t address = 0;
    std::uint32_t owner = 0;  // the place of the image, or the number of the process
    PlaceKind kind = PlaceKind::kUnknown;

    auto operator<=>(const Place&) const = default;
  };
  struct Stack {
    std::string thread;
    std::vector<Place> places;  // the innermost first
    std::int64_t count = 0;
  };

  void add(std::monostate) {}
  void add(const SampleRecord& sample);
  void add(const MappedRecord& mapped);
  void add(const NamedRecord& named);
  void add(const ForkedRecord& forked);
  void add(const LostRecord& lost) { lost_ += lost.count; }

  SampledProcess& process(std::uint32_t id);
  Place placeOf(SampledProcess& process, std::uint64_t address);
  std::vector<std::uint64_t> unwindUser(SampledProcess& process, const UserState& state);
  void count(const std::string& thread, std::vector<Place> places);

  Frame frameOf(const Place& place);
  Frame frameOfImage(const Place& place);
  SymbolTable& generatedNames(std::uint32_t process);
  SymbolTable& kernelNames();

  bool hasUserState_;
  std::unordered_map<std::uint32_t, SampledProcess> processes_;
  CodeImages images_;
  std::unordered_map<std::string, Stack> stacks_;
  std::map<std::uint32_t, SymbolTable> generated_;
  SymbolTable kernel_;
  bool isKernelRead_ = false;
  std::uint64_t samples_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace orchestrator_exporter::profiling
