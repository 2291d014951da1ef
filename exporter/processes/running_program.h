#pragma once

#include <string>

#include "metrics/base/process_stat.h"

namespace orchestrator_exporter {

// The program that a process runs, told from another by proc/<pid>/stat: between fork and exec a
// process still looks as its parent does.
class RunningProgram {
 public:
  // Whether the process executed another program since settle(). A name that it gave itself is no
  // other program, if the kernel tells where the program lies. Without that (the process belongs to
  // another user) only the name can tell, and an exec of the same program is not seen.
  bool isReplaced(const ProcessStat& now) const;
  // Takes what runs now for the program of the process.
  void settle(const ProcessStat& now);
  // False for kernel threads and for zombies, which execute nothing any more.
  bool canBeReplaced() const { return canBeReplaced_; }

 private:
  std::string name_;
  ProgramAddresses addresses_;
  bool canBeReplaced_ = true;
};

}  // namespace orchestrator_exporter
