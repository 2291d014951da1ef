#include "tests/support/process_copy.h"

namespace orchestrator_exporter::test {

namespace {

std::string statOf(const CopiedTask& task) {
  return std::to_string(task.id) + " (" + task.command + ") " + task.state + " " +
         std::to_string(task.parent) + " 1 1 0 -1 0 0 0 0 0 " + std::to_string(task.userTicks) +
         " 0 0 0 20 0 " + std::to_string(task.threads) + " 0 " + std::to_string(task.startTicks) +
         " 8192 2 " + (task.program.empty() ? "0" : task.program) + "\n";
}

std::string statusOf(const CopiedTask& task) {
  const std::string user = std::to_string(task.user);
  return "Uid:\t" + user + "\t" + user + "\t" + user + "\t" + user +
         "\nvoluntary_ctxt_switches:\t" + std::to_string(task.voluntary) +
         "\nnonvoluntary_ctxt_switches:\t0\n";
}

std::string ioOf(const CopiedTask& task) {
  return "read_bytes: " + std::to_string(task.readBytes) + "\nwrite_bytes: 0\n";
}

}  // namespace

TempSystem& booted(TempSystem& system) {
  return system.file("proc/stat", "btime " + std::to_string(kCopiedBootTime) + "\n");
}

void writeThread(TempSystem& system, const CopiedTask& process, const CopiedTask& thread) {
  const std::string directory =
      "proc/" + std::to_string(process.id) + "/task/" + std::to_string(thread.id) + "/";
  system.file(directory + "stat", statOf(thread))
      .file(directory + "status", statusOf(thread))
      .file(directory + "io", ioOf(thread))
      .file(directory + "wchan", "0");
}

void writeProcess(TempSystem& system, const CopiedTask& task) {
  const std::string directory = "proc/" + std::to_string(task.id) + "/";
  system.file(directory + "stat", statOf(task))
      .file(directory + "status", statusOf(task))
      .file(directory + "io", ioOf(task))
      .file(directory + "cmdline", task.arguments.empty() ? task.command + '\0' : task.arguments)
      .file(directory + "limits", "Max open files            100          100          files\n")
      .file(directory + "wchan", "do_wait")
      .file(directory + "fd/0", "")
      .file(directory + "fd/1", "");
  writeThread(system, task, task);
}

}  // namespace orchestrator_exporter::test
