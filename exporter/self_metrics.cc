#include "exporter/self_metrics.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "exporter/build_info.h"
#include "exporter/kernel/machine/proc_stat.h"
#include "exporter/processes/process_files.h"

namespace orchestrator_exporter {

namespace {

double seconds(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(kTicksPerSecond);
}

// proc_pid_stat(5); valid until the kernel is reset.
ProcessStat ownStat(Kernel& kernel) {
  const KernelFile file = kernel.require("proc/self/stat", Kernel::End::kShortAnswer);
  if (const auto stat = readProcessStat(file.text)) return *stat;
  throw ParseError(file.path, 1, "the fields of a process", file.text);
}

double bootTime(const KernelFile& stat) {
  if (const auto time = bootTimeIn(stat)) return static_cast<double>(*time);
  throw ParseError(stat.path, 0, "expected a btime line");
}

double softLimit(decltype(RLIMIT_AS) resource) {
  rlimit limit{};
  getrlimit(resource, &limit);
  return limit.rlim_cur == RLIM_INFINITY
             ? static_cast<double>(std::numeric_limits<std::uint64_t>::max())
             : static_cast<double>(limit.rlim_cur);
}

}  // namespace

SelfMetrics::SelfMetrics() : kernel_(Roots{}) {
  startTime_ = bootTime(kernel_.require("proc/stat")) + seconds(ownStat(kernel_).startTicks);
  kernel_.reset();
}

void SelfMetrics::collect(Sink& out) {
  const std::lock_guard lock(mutex_);
  giveUsage(out);
  giveDescriptors(out);
  giveTraffic(out);
  kernel_.reset();
  kernel_.endScrape();
}

void SelfMetrics::giveUsage(Sink& out) {
  const ProcessStat stat = ownStat(kernel_);
  const auto pageSize = static_cast<double>(sysconf(_SC_PAGESIZE));
  out.counter("process_cpu_seconds_total", "CPU time that this process used, user and system.")
      .add(seconds(stat.userTicks + stat.systemTicks));
  out.gauge("process_start_time_seconds", "When this process started, in Unix time.")
      .add(startTime_);
  out.gauge("process_virtual_memory_bytes", "Virtual memory of this process.")
      .add(static_cast<double>(stat.virtualBytes));
  out.gauge("process_resident_memory_bytes", "Resident memory of this process.")
      .add(static_cast<double>(stat.residentPages) * pageSize);
  out.gauge("process_virtual_memory_max_bytes", "Virtual memory that this process may have.")
      .add(softLimit(RLIMIT_AS));
}

void SelfMetrics::giveDescriptors(Sink& out) {
  struct stat status {};
  // Since Linux 6.2 the size of the directory is the number of open descriptors.
  double open = 0;
  if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
    open = static_cast<double>(status.st_size);
  } else if (const auto names = kernel_.list("proc/self/fd")) {
    open = static_cast<double>(names->size() - 1);  // without the one that lists
  }
  out.gauge("process_open_fds", "Descriptors that this process has open.").add(open);
  out.gauge("process_max_fds", "Descriptors that this process may open.")
      .add(softLimit(RLIMIT_NOFILE));
}

// The octets of the IpExt rows: a row of names, then a row of values.
IpOctets SelfMetrics::readOctets() {
  IpOctets octets;
  const auto file = kernel_.read("proc/self/net/netstat", {}, Kernel::End::kShortAnswer);
  if (!file) return octets;
  Row names;
  for (const Row& row : file->rows()) {
    if (row.find(0) != "IpExt:") continue;
    if (names.empty()) {
      names = row;
      continue;
    }
    for (std::size_t i = 1; i < names.size(); ++i) {
      if (names.word(i) == "InOctets") octets.received = row.number(i);
      if (names.word(i) == "OutOctets") octets.sent = row.number(i);
    }
  }
  return octets;
}

void SelfMetrics::giveTraffic(Sink& out) {
  const auto left = takeIpOctets();
  const IpOctets octets = left ? *left : readOctets();
  out.counter("process_network_receive_bytes_total",
              "Bytes received in the network namespace of this process.")
      .add(octets.received);
  out.counter("process_network_transmit_bytes_total",
              "Bytes sent in the network namespace of this process.")
      .add(octets.sent);
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
