#include "exporter/profiling/perf_refusal.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace orchestrator_exporter::profiling {

namespace {

std::string settingText(const std::string& name) {
  std::string value;
  std::ifstream("/proc/sys/kernel/" + name) >> value;
  return "kernel." + name + " is " + (value.empty() ? "not readable" : value);
}

}  // namespace

std::string eventRefusal(int error, int thread) {
  const std::string what = thread < 0 ? "the whole system cannot be sampled"
                                      : "process " + std::to_string(thread) + " cannot be sampled";
  switch (error) {
    case EACCES:
    case EPERM:
      return what + ": " + settingText("perf_event_paranoid") + "; " +
             (thread < 0 ? "run as root, give CAP_PERFMON (before Linux 5.8 CAP_SYS_ADMIN), or set "
                           "it to 0"
                         : "run as root, give CAP_PERFMON (before Linux 5.8 CAP_SYS_ADMIN) and "
                           "CAP_SYS_PTRACE, or run as the process' user with it at 2 or less") +
             "; in a container the seccomp profile must allow perf_event_open too";
    case ENOSYS:
      return what +
             ": this kernel has no perf events (CONFIG_PERF_EVENTS), or a seccomp profile hides "
             "them";
    case EMFILE:
      return what +
             ": it needs an event for each thread and processor, more than the limit of open files "
             "(RLIMIT_NOFILE, LimitNOFILE=)";
    case EINVAL:
      return what +
             ": the kernel refuses the frequency; kernel.perf_event_max_sample_rate is the most";
    default:
      return what + ": " + std::strerror(error);
  }
}

std::string ringRefusal(int error) {
  if (error == EPERM) {
    return "the kernel gives no memory for samples: " + settingText("perf_event_mlock_kb") +
           "; raise it, raise RLIMIT_MEMLOCK, or give CAP_IPC_LOCK";
  }
  return std::string("the kernel gives no memory for samples: ") + std::strerror(error);
}

}  // namespace orchestrator_exporter::profiling
