#pragma once

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter::test {

// What the files of a process say in a tree that stands for procfs.
struct CopiedTask {
  int id = 10;
  std::string command = "app";
  char state = 'S';
  int parent = 1;
  int userTicks = 0;
  int threads = 1;
  long startTicks = 5;
  int voluntary = 0;
  long readBytes = 0;
  int user = 0;
  // The arguments with a NUL behind each; the command alone if empty.
  std::string arguments = {};
  // The fields 25 to 28 of stat: the limit of resident memory, begin and end of the code, stack.
  std::string program = {};
};

// When the host booted in the tree, in Unix seconds.
inline constexpr long kCopiedBootTime = 1700000000;

// Writes proc/stat.
TempSystem& booted(TempSystem& system);
// Writes all files of a process with one thread, as the kernel would.
void writeProcess(TempSystem& system, const CopiedTask& task);
// Writes the files of a further thread.
void writeThread(TempSystem& system, const CopiedTask& process, const CopiedTask& thread);

}  // namespace orchestrator_exporter::test
