#include "exporter/processes/running_program.h"

namespace orchestrator_exporter {

namespace {

constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD

bool isKnown(const ProgramAddresses& addresses) { return addresses.codeBegin > 1; }

bool canExecute(const ProcessStat& stat) {
  return stat.state != 'Z' && stat.state != 'X' && (stat.flags & kKernelThread) == 0;
}

}  // namespace

bool RunningProgram::isReplaced(const ProcessStat& now) const {
  // The memory of a process goes when it ends, and names of kernel workers tell what they work at.
  if (!canExecute(now)) return false;
  if (!isKnown(now.program)) return name_ != now.command;
  // Not known before: that was in the middle of an exec, with the new name but nothing loaded yet,
  // or the program before was none that this reader may look at.
  return addresses_ != now.program;
}

void RunningProgram::settle(const ProcessStat& now) {
  canBeReplaced_ = canExecute(now);
  if (name_ != now.command) name_ = now.command;
  addresses_ = now.program;
}

}  // namespace orchestrator_exporter
