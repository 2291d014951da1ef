#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "exporter/kernel/descriptor.h"
#include "exporter/profiling/code/process_maps.h"

namespace orchestrator_exporter::profiling {

// A process that was sampled: where its code lies, what its threads are called.
class SampledProcess {
 public:
  explicit SampledProcess(int id) : id_(id) {}
  // A process that begins as a copy of another.
  SampledProcess(int id, const SampledProcess& parent)
      : id_(id), maps_(parent.maps_), isRead_(true) {}

  int id() const { return id_; }
  // Reads proc/<pid>/maps at the first call, if nothing is known by then.
  ProcessMaps& maps();
  // A new program: no code of the one before is left.
  void beginProgram();

  void nameThread(std::uint32_t thread, const std::string& name) { names_[thread] = name; }
  // As the kernel tells it now, if it did not tell before; empty if it cannot be known.
  const std::string& threadName(std::uint32_t thread);

  // Holds on to the folder of the process' perf-PID.map (/tmp as the process sees it), so that the
  // file can be read after the process ended. Called when it runs generated code.
  void keepGeneratedNames();
  // The text of that file; empty if there is none, if it is larger than 64 MiB or is another
  // user's.
  std::string generatedNames() const;

 private:
  int id_;
  ProcessMaps maps_;
  bool isRead_ = false;
  std::unordered_map<std::uint32_t, std::string> names_;
  Descriptor temporary_;
  std::string mapName_;
  unsigned user_ = 0;
};

}  // namespace orchestrator_exporter::profiling
