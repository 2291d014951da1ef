#include "metrics/base/process/own_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "metrics/base/process/process_stat.h"
#include "metrics/base/process/ticks.h"

namespace orchestrator_exporter {

namespace {

double secondsOf(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(kTicksPerSecond);
}

}  // namespace

std::optional<OwnProcess> readOwnProcess() {
  const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::array<char, 1024> text;  // 52 numbers and a short name
  const ssize_t size = read(file, text.data(), text.size());
  close(file);
  if (size < 0) return std::nullopt;
  return ownProcessIn({text.data(), static_cast<std::size_t>(size)});
}

std::optional<OwnProcess> ownProcessIn(std::string_view text) {
  const auto stat = readProcessStat(text);
  if (!stat) return std::nullopt;
  OwnProcess process;
  process.userSeconds = secondsOf(stat->userTicks);
  process.systemSeconds = secondsOf(stat->systemTicks);
  process.startSeconds = secondsOf(stat->startTicks);
  process.threads = static_cast<double>(stat->threads);
  process.virtualBytes = static_cast<double>(stat->virtualBytes);
  process.residentBytes =
      static_cast<double>(stat->residentPages) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return process;
}

}  // namespace orchestrator_exporter
