#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kThreadsMaxFile = "proc/sys/kernel/threads-max";
constexpr std::string_view kPidMaxFile = "proc/sys/kernel/pid_max";

// The words of proc/<pid>/stat behind the command, see proc_pid_stat(5).
constexpr std::size_t kState = 0;
constexpr std::size_t kThreads = 17;

struct Status {
  std::string_view state;
  std::int64_t threads;
};

// How many tasks are in each state.
class States {
 public:
  void count(std::string_view state) {
    for (auto& [known, tasks] : counts_) {
      if (known != state) continue;
      ++tasks;
      return;
    }
    counts_.emplace_back(state, 1);
  }

  void give(const ScalarFamily& family, std::string_view label) const {
    for (const auto& [state, tasks] : counts_) family.add(tasks, {{label, state}});
  }

 private:
  std::vector<std::pair<std::string_view, double>> counts_;
};

Status statusIn(const KernelFile& file) {
  // The command may have any characters, parentheses and line ends too.
  const std::size_t open = file.text.find('(');
  const std::size_t close = file.text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    throw ParseError(file.path, 1, "a command in parentheses", file.text);
  }
  const Row row(file.path, 1, trim(file.text.substr(close + 1)));
  return Status{row.word(kState), row.integer(kThreads)};
}

bool isDenial(const ReadError& error) {
  return error.code().value() == EACCES || error.code().value() == EPERM;
}

// The names in a directory that are numbers: processes in proc, threads in proc/<pid>/task.
std::vector<std::string_view> listTasks(Kernel& kernel, std::string_view directory) {
  auto names = kernel.list(directory, {ESRCH});
  if (!names) return {};
  std::erase_if(*names, [](std::string_view name) { return !parseUnsigned(name); });
  return *std::move(names);
}

class Processes final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    denied_ = false;
    States processStates;
    States threadStates;
    double processes = 0;
    double threads = 0;
    for (const std::string_view pid : listTasks(kernel, "proc/")) {
      const std::string_view directory = kernel.path("proc/", pid);
      const auto status = readStatus(kernel, kernel.path(directory, "/stat"));
      if (!status) continue;
      processStates.count(status->state);
      ++processes;
      threads += static_cast<double>(status->threads);
      complaints_.attempt([&] { countThreads(kernel, directory, pid, *status, threadStates); });
    }
    // By no number, because others may be next time.
    if (denied_) complaints_.add("some processes or threads may not be read (hidepid of proc)");

    out.gauge("node_processes_threads", "Threads of all processes.").add(threads);
    addIfKnown(out.gauge("node_processes_max_threads", "Threads that the host may have."),
               limitOf(kernel, kThreadsMaxFile));
    processStates.give(out.gauge("node_processes_state", "Processes in each state."), "state");
    threadStates.give(out.gauge("node_processes_threads_state", "Threads in each state."),
                      "thread_state");
    out.gauge("node_processes_pids", "Processes.").add(processes);
    addIfKnown(
        out.gauge("node_processes_max_processes", "Process numbers that the host may give out."),
        limitOf(kernel, kPidMaxFile));
  }

  std::string complaint() const override { return complaints_.text(); }

  // nullopt if the process or thread has ended meanwhile or cannot be read.
  std::optional<Status> readStatus(Kernel& kernel, std::string_view path) {
    std::optional<Status> status;
    complaints_.attempt([&] {
      if (const auto file = readUnlessDenied(kernel, path)) status = statusIn(*file);
    });
    return status;
  }

  std::optional<KernelFile> readUnlessDenied(Kernel& kernel, std::string_view path) {
    try {
      return kernel.read(path, {ESRCH});
    } catch (const ReadError& error) {
      if (!isDenial(error)) throw;
      denied_ = true;
      return std::nullopt;
    }
  }

  void countThreads(Kernel& kernel, std::string_view directory, std::string_view pid,
                    const Status& process, States& states) {
    const std::string_view tasks = kernel.path(directory, "/task/");
    for (const std::string_view thread : listTasks(kernel, tasks)) {
      if (thread == pid) {
        states.count(process.state);
      } else if (const auto status = readStatus(kernel, kernel.path(tasks, thread, "/stat"))) {
        states.count(status->state);
      }
    }
  }

  std::optional<double> limitOf(Kernel& kernel, std::string_view path) {
    std::optional<double> limit;
    complaints_.attempt([&] {
      const auto value = kernel.readUnsigned(path);
      if (!value) throw ReadError(ENOENT, path);
      limit = static_cast<double>(*value);
    });
    return limit;
  }

  Complaints complaints_;
  bool denied_ = false;
};

const RegisterCollector<Processes> processesCollector{
    {.name = "processes",
     .onByDefault = kOffByDefault,
     .reads = "proc/<pid>/stat, proc/<pid>/task/<tid>/stat, "
              "proc/sys/kernel/{threads-max,pid_max}"}};

}  // namespace

}  // namespace orchestrator_exporter
