#include "exporter/processes/running_program.h"

#include <gtest/gtest.h>

// What proc/<pid>/stat shows of a process before and after it executes a program. The addresses are
// those of fields 26 to 28, which the kernel keeps from readers that may not trace the process.
namespace orchestrator_exporter {

namespace {

constexpr std::uint64_t kKernelThread = 0x00200000;
constexpr ProgramAddresses kShell{0x401000, 0x4f0000, 0x7ffd1000};
constexpr ProgramAddresses kHidden{1, 1, 0};
constexpr ProgramAddresses kNothing{0, 0, 0};

ProcessStat statOf(std::string_view command, const ProgramAddresses& program, char state = 'S') {
  ProcessStat stat;
  stat.command = command;
  stat.state = state;
  stat.program = program;
  return stat;
}

// Whether a program that looked like the first is another one when it looks like the second.
bool isReplaced(const ProcessStat& first, const ProcessStat& second) {
  RunningProgram program;
  program.settle(first);
  return program.isReplaced(second);
}

}  // namespace

TEST(RunningProgram, IsTheSameForAsLongAsItLiesInTheSamePlace) {
  EXPECT_FALSE(isReplaced(statOf("sh", kShell), statOf("sh", kShell, 'R')));
}

TEST(RunningProgram, IsReplacedWhenCodeOrStackHaveMoved) {
  const ProcessStat shell = statOf("sh", kShell);
  EXPECT_TRUE(isReplaced(shell, statOf("sh", {0x501000, 0x5f0000, 0x7ffd1000})));
  EXPECT_TRUE(isReplaced(shell, statOf("sh", {0x401000, 0x4f0000, 0x7ffd2000})));
  // Without address space randomization programs begin in the same place, and differ in size.
  EXPECT_TRUE(isReplaced(shell, statOf("sh", {0x401000, 0x4f1000, 0x7ffd1000})));
}

TEST(RunningProgram, IsTheSameUnderANameThatItGaveItself) {
  EXPECT_FALSE(isReplaced(statOf("python3", kShell), statOf("worker-1", kShell)));
}

TEST(RunningProgram, IsToldByItsNameIfTheKernelDoesNotTellItsPlace) {
  const ProcessStat hidden = statOf("sh", kHidden);
  EXPECT_FALSE(isReplaced(hidden, hidden));
  EXPECT_TRUE(isReplaced(hidden, statOf("sleep", kHidden)));
  // A program of another user is executed, or this one becomes that of another user.
  EXPECT_TRUE(isReplaced(statOf("sh", kShell), statOf("sudo", kHidden)));
  EXPECT_FALSE(isReplaced(statOf("sh", kShell), statOf("sh", kHidden)));
}

TEST(RunningProgram, IsReplacedWhenItsPlaceBecomesKnown) {
  EXPECT_TRUE(isReplaced(statOf("python3", kHidden), statOf("python3", kShell)));
  // In the middle of an exec the name is the new one and nothing is loaded yet.
  EXPECT_TRUE(isReplaced(statOf("sh", kNothing), statOf("sh", kShell)));
}

TEST(RunningProgram, IsTheSameWhenTheProcessEnds) {
  EXPECT_FALSE(isReplaced(statOf("sh", kShell), statOf("sh", kNothing, 'R')));
  EXPECT_FALSE(isReplaced(statOf("sh", kShell), statOf("sh", kNothing, 'Z')));
  EXPECT_FALSE(isReplaced(statOf("sh", kShell), statOf("sh", kNothing, 'X')));
}

TEST(RunningProgram, IsNeverReplacedInKernelThreads) {
  // Their names tell what they work at.
  ProcessStat worker = statOf("kworker/0:1-events", kNothing, 'I');
  worker.flags = kKernelThread;
  ProcessStat later = statOf("kworker/0:1-mm_percpu_wq", kNothing, 'I');
  later.flags = kKernelThread;
  EXPECT_FALSE(isReplaced(worker, later));

  RunningProgram program;
  program.settle(worker);
  EXPECT_FALSE(program.canBeReplaced());
  program.settle(statOf("sh", kNothing, 'Z'));
  EXPECT_FALSE(program.canBeReplaced());
  program.settle(statOf("sh", kShell));
  EXPECT_TRUE(program.canBeReplaced());
}

TEST(RunningProgram, IsNoneBeforeTheFirstLook) {
  EXPECT_TRUE(RunningProgram().isReplaced(statOf("sh", kShell)));
  EXPECT_TRUE(RunningProgram().isReplaced(statOf("sh", kHidden)));
}

}  // namespace orchestrator_exporter
