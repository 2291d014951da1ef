#include "exporter/self_metrics.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdint>
#include <limits>

#include "exporter/build_info.h"
#include "exporter/kernel/ip_octets.h"
#include "exporter/kernel/machine/proc_stat.h"
#include "metrics/base/process/own_process.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kDescriptors = "/proc/self/fd";

std::optional<double> readStartTime() {
  Kernel kernel{Roots{}};
  const auto stat = kernel.readIfPossible("proc/stat");
  const auto bootTime = stat ? bootTimeIn(*stat) : std::nullopt;
  const auto process = readOwnProcess();
  if (!bootTime || !process) return std::nullopt;
  return static_cast<double>(*bootTime) + process->startSeconds;
}

double softLimit(decltype(RLIMIT_AS) resource) {
  rlimit limit{};
  getrlimit(resource, &limit);
  return limit.rlim_cur == RLIM_INFINITY
             ? static_cast<double>(std::numeric_limits<std::uint64_t>::max())
             : static_cast<double>(limit.rlim_cur);
}

void giveTraffic(Kernel& kernel, Sink& out) {
  const IpOctets& octets = readIpOctets(kernel);
  if (octets.received) {
    out.counter("process_network_receive_bytes_total",
                "Bytes received in the network namespace of this process.")
        .add(*octets.received);
  }
  if (octets.sent) {
    out.counter("process_network_transmit_bytes_total",
                "Bytes sent in the network namespace of this process.")
        .add(*octets.sent);
  }
}

}  // namespace

SelfMetrics::SelfMetrics() : startTime_(readStartTime()), directory_(openDirectory(kDescriptors)) {}

void SelfMetrics::collect(Kernel& kernel, Sink& out) const {
  giveUsage(kernel, out);
  if (const auto open = countDescriptors(kernel)) {
    out.gauge("process_open_fds", "Descriptors that this process has open.").add(*open);
  }
  out.gauge("process_max_fds", "Descriptors that this process may open.")
      .add(softLimit(RLIMIT_NOFILE));
  giveTraffic(kernel, out);
}

std::optional<double> SelfMetrics::countDescriptors(Kernel& kernel) const {
  struct stat status {};
  // Since Linux 6.2 the size of the directory is the number of open descriptors.
  if (fstat(directory_.get(), &status) != 0) return std::nullopt;
  if (status.st_size > 0) return static_cast<double>(status.st_size);
  const auto names = kernel.list(kDescriptors);
  if (!names) return std::nullopt;
  return static_cast<double>(names->size() - 1);  // without the one that lists
}

void SelfMetrics::giveUsage(Kernel& kernel, Sink& out) const {
  if (startTime_) {
    out.gauge("process_start_time_seconds", "When this process started, in Unix time.")
        .add(*startTime_);
  }
  out.gauge("process_virtual_memory_max_bytes", "Virtual memory that this process may have.")
      .add(softLimit(RLIMIT_AS));
  const auto file = kernel.readIfPossible("/proc/self/stat", Kernel::End::kShortAnswer);
  const auto process = file ? ownProcessIn(file->text) : std::nullopt;
  if (!process) return;
  out.counter("process_cpu_seconds_total", "CPU time that this process used, user and system.")
      .add(process->userSeconds + process->systemSeconds);
  out.gauge("process_virtual_memory_bytes", "Virtual memory of this process.")
      .add(process->virtualBytes);
  out.gauge("process_resident_memory_bytes", "Resident memory of this process.")
      .add(process->residentBytes);
}

void BuildInfo::collect(Sink& out) {
  out.gauge(
         "node_exporter_build_info",
         "What this exporter was built from, under the name that node_exporter's dashboards read.")
      .add(1, {{"branch", kBranch},
               {"goarch", kArchitecture},
               {"goos", "linux"},
               {"goversion", ""},
               {"revision", kRevision},
               {"tags", ""},
               {"version", kVersion}});
  out.info("orchestrator_exporter_build_info", "What this exporter was built from.")
      .add(1, {{"branch", kBranch},
               {"compiler", kCompiler},
               {"revision", kRevision},
               {"version", kVersion}});
}

}  // namespace orchestrator_exporter
