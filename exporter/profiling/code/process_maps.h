#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace orchestrator_exporter::profiling {

// A run of a process' memory that holds code.
struct CodeMapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t fileOffset = 0;  // of begin
  std::uint64_t device = 0;      // major << 32 | minor
  std::uint64_t inode = 0;       // 0 if there is no file behind it
  std::string path = {};         // as the process sees it; [vdso] and its kin; or empty

  bool operator==(const CodeMapping&) const = default;
};

// Where the code of one process lies.
class ProcessMaps {
 public:
  // What proc/<pid>/maps tells (proc_pid_maps(5)); lines that make no sense are skipped.
  void read(std::string_view text);
  // A new mapping stands for what lay there before.
  void add(const CodeMapping& mapping);
  void clear() { byBegin_.clear(); }

  // Null if no code is known to lie there.
  const CodeMapping* find(std::uint64_t address) const;
  bool empty() const { return byBegin_.empty(); }

 private:
  std::map<std::uint64_t, CodeMapping> byBegin_;
};

}  // namespace orchestrator_exporter::profiling
