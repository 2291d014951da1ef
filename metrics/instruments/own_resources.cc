#include "metrics/instruments/own_resources.h"

#include <malloc.h>
#include <sys/resource.h>

#include "metrics/base/own_process.h"

namespace orchestrator_exporter {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void readTimes(OwnResources& found) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return;
  found.userSeconds = seconds(usage.ru_utime);
  found.systemSeconds = seconds(usage.ru_stime);
}

void readProcess(OwnResources& found) {
  const auto process = readOwnProcess();
  if (!process) return;
  found.threads = process->threads;
  found.virtualBytes = process->virtualBytes;
  found.residentBytes = process->residentBytes;
}

}  // namespace

OwnResources readOwnResources() {
  OwnResources found;
  readTimes(found);
  readProcess(found);
  const struct mallinfo2 heap = mallinfo2();
  found.heapBytes = static_cast<double>(heap.uordblks + heap.hblkhd);
  return found;
}

}  // namespace orchestrator_exporter
