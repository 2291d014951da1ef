#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

// The line of a task with a command, a state and a number of threads.
std::string statOf(std::string_view command, std::string_view state, std::string_view threads) {
  std::string line = "10 (" + std::string(command) + ") " + std::string(state);
  for (int column = 4; column < 20; ++column) line += " 0";
  line += ' ' + std::string(threads);
  for (int column = 21; column <= 44; ++column) line += " 0";
  return line + '\n';
}

TempSystem& withLimits(TempSystem& system) {
  system.file("proc/sys/kernel/threads-max", "7801\n").file("proc/sys/kernel/pid_max", "32768\n");
  return system;
}

}  // namespace

TEST(Processes, CountsProcessesAndThreadsByState) {
  EXPECT_EQ(collectText("processes", fixture("typical")),
            R"(# HELP node_processes_max_processes Process numbers that the host may give out.
# TYPE node_processes_max_processes gauge
node_processes_max_processes 4194304
# HELP node_processes_max_threads Threads that the host may have.
# TYPE node_processes_max_threads gauge
node_processes_max_threads 62776
# HELP node_processes_pids Processes.
# TYPE node_processes_pids gauge
node_processes_pids 2
# HELP node_processes_state Processes in each state.
# TYPE node_processes_state gauge
node_processes_state{state="S"} 1
node_processes_state{state="R"} 1
# HELP node_processes_threads Threads of all processes.
# TYPE node_processes_threads gauge
node_processes_threads 3
# HELP node_processes_threads_state Threads in each state.
# TYPE node_processes_threads_state gauge
node_processes_threads_state{thread_state="S"} 1
node_processes_threads_state{thread_state="R"} 1
node_processes_threads_state{thread_state="D"} 1
)");
}

TEST(Processes, UnderstandsCommandsWithParenthesesAndLineEnds) {
  TempSystem system;
  withLimits(system).file("proc/10/stat", statOf(") S (\n\xff", "Z", "2"));
  EXPECT_EQ(collectSamples("processes", system), R"(node_processes_max_processes 32768
node_processes_max_threads 7801
node_processes_pids 1
node_processes_state{state="Z"} 1
node_processes_threads 2
)");
}

TEST(Processes, SkipsProcessesAndThreadsThatHaveEnded) {
  TempSystem system;
  withLimits(system).file("proc/10/stat", statOf("a", "S", "3"));
  system.file("proc/10/task/10/stat", statOf("a", "S", "3"));
  system.directory("proc/10/task/11").directory("proc/12").directory("proc/self");
  EXPECT_EQ(collectSamples("processes", system), R"(node_processes_max_processes 32768
node_processes_max_threads 7801
node_processes_pids 1
node_processes_state{state="S"} 1
node_processes_threads 3
node_processes_threads_state{thread_state="S"} 1
)");
}

TEST(Processes, CountsTheFirstThreadWithTheStateOfItsProcess) {
  TempSystem system;
  withLimits(system).file("proc/10/stat", statOf("a", "S", "1"));
  system.file("proc/10/task/10/stat", statOf("a", "R", "1"));
  const std::string samples = collectSamples("processes", system);
  EXPECT_NE(samples.find("node_processes_threads_state{thread_state=\"S\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(samples.find("thread_state=\"R\""), std::string::npos);
}

TEST(Processes, PassesOverAProcessWhoseStatusIsGarbled) {
  const auto complaintOf = [](std::string_view stat) {
    TempSystem system;
    withLimits(system).file("proc/10/stat", stat).file("proc/11/stat", statOf("a", "S", "3"));
    EXPECT_NE(collectSamples("processes", system).find("node_processes_pids 1\n"),
              std::string::npos);
    return collectComplaint("processes", system);
  };
  EXPECT_EQ(complaintOf(""), "proc/10/stat:1: expected a command in parentheses, got ''");
  EXPECT_EQ(complaintOf("10 (a R"),
            "proc/10/stat:1: expected a command in parentheses, got '10 (a R'");
  EXPECT_EQ(complaintOf("10 (a) R 0 0\n"), "proc/10/stat:1: expected at least 18 columns, got 3");
  EXPECT_EQ(complaintOf(statOf("a", "R", "few")),
            "proc/10/stat:1: expected a whole number, got 'few'");
}

TEST(Processes, LeavesOutALimitThatIsMissingOrGarbled) {
  TempSystem system;
  system.file("proc/10/stat", statOf("a", "S", "3")).file("proc/sys/kernel/threads-max", "many\n");
  EXPECT_EQ(collectSamples("processes", system),
            "node_processes_pids 1\n"
            "node_processes_state{state=\"S\"} 1\n"
            "node_processes_threads 3\n");
  EXPECT_EQ(collectComplaint("processes", system),
            "proc/sys/kernel/threads-max:1: expected a whole number of at most 64 bits, got "
            "'many'; proc/sys/kernel/pid_max: No such file or directory");
}

TEST(Processes, CountsThisTestOnTheRunningKernel) {
  const std::string samples = collectSamples("processes", Roots{});
  EXPECT_NE(samples.find("node_processes_state{state=\"R\"} "), std::string::npos);
  EXPECT_NE(samples.find("node_processes_threads_state{thread_state=\"R\"} "), std::string::npos);
}

}  // namespace orchestrator_exporter
