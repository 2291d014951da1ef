#include "exporter/kernel/machine/perf_event.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

PerfEvent::PerfEvent(std::uint32_t type, std::uint64_t config, int processor) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = type;
  attributes.config = config;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  attributes.exclude_hv = 1;
  constexpr pid_t kAllProcesses = -1;
  constexpr int kNoGroup = -1;
  descriptor_ = Descriptor(static_cast<int>(syscall(SYS_perf_event_open, &attributes, kAllProcesses,
                                                    processor, kNoGroup, PERF_FLAG_FD_CLOEXEC)));
  if (!isOpen()) error_ = errno;
}

std::optional<double> PerfEvent::read() const {
  std::array<std::uint64_t, 3> answer{};
  const ssize_t got = ::read(descriptor_.get(), answer.data(), sizeof answer);
  if (got < 0) throw ReadError(errno, "perf event");
  // Nothing comes where the counter is in error, as after its processor went.
  if (static_cast<std::size_t>(got) < sizeof answer) return std::nullopt;
  return scaledCount(answer[0], answer[1], answer[2]);
}

std::optional<double> scaledCount(std::uint64_t count, std::uint64_t timeEnabled,
                                  std::uint64_t timeRunning) {
  if (timeRunning == 0 && timeEnabled != 0) return std::nullopt;
  const auto counted = static_cast<double>(count);
  if (timeRunning >= timeEnabled) return counted;
  return counted * (static_cast<double>(timeEnabled) / static_cast<double>(timeRunning));
}

}  // namespace orchestrator_exporter
