#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <memory>

#include "exporter/commands/command.h"
#include "exporter/commands/output.h"
#include "exporter/commands/times.h"
#include "exporter/processes/process_directory.h"
#include "exporter/processes/process_files.h"
#include "exporter/profiling/sampling.h"
#include "http/reports/flame_graph.h"
#include "http/server/compression.h"
#include "metrics/base/number_parse.h"
#include "metrics/base/utf8.h"
#include "metrics/profiling/folded.h"
#include "metrics/profiling/pprof.h"
#include "metrics/profiling/profile_text.h"
#include "metrics/profiling/speedscope.h"

// profile: where processes spend their time, by samples that the kernel takes.

namespace orchestrator_exporter::commands {

namespace {

using profiling::Profile;

std::string packed(const std::string& bytes) {
  http::Gzip gzip(1);
  TextBuffer out;
  const std::string_view part = bytes;
  gzip.compress({&part, 1}, out);
  return std::string(out.view());
}

struct ProfileFormat {
  std::string_view name;
  std::string (*written)(const Profile&);
};

constexpr std::array kProfileFormats = {
    ProfileFormat{"text", profiling::profileText},
    ProfileFormat{"html", http::flameGraphPage},
    ProfileFormat{"folded", profiling::foldedStacks},
    ProfileFormat{"pprof", [](const Profile& profile) { return packed(pprofBytes(profile)); }},
    ProfileFormat{"speedscope", profiling::speedscope},
};

volatile sig_atomic_t isInterrupted = 0;

// The first Ctrl-C ends the sampling, a second one the program.
void endAtSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { isInterrupted = 1; };
  action.sa_flags = SA_RESETHAND;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

// Processes whose command or whose program's file has this name, as namedprocess names its groups
// if it is told nothing else; never this process itself.
std::vector<int> membersOf(const std::string& group) {
  ProcessDirectory directory("/proc");
  std::vector<TaskEntry> all;
  directory.list(all);
  std::vector<int> members;
  for (const TaskEntry& entry : all) {
    const auto stat = directory.read(entry.id, "stat");
    const auto known = stat.error == 0 ? readProcessStat(stat.text) : std::nullopt;
    if (!known || entry.id == getpid()) continue;
    bool isMember = known->command == group;
    const auto file = directory.read(entry.id, "cmdline");
    const auto arguments = readArguments(file.text);
    if (!isMember && !arguments.empty()) {
      isMember = arguments[0].substr(arguments[0].rfind('/') + 1) == group;
    }
    if (isMember) members.push_back(entry.id);
  }
  if (members.empty()) throw std::runtime_error("there is no process named " + group);
  return members;
}

std::string commandOf(int process) {
  ProcessDirectory directory("/proc");
  const auto stat = directory.read(process, "stat");
  const auto known = stat.error == 0 ? readProcessStat(stat.text) : std::nullopt;
  if (!known) throw std::runtime_error("there is no process " + std::to_string(process));
  return toUtf8(known->command);
}

class ProfileCommand final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"pid", "PID", "Sample this process and what it starts; may be repeated.", true},
             [this](const std::string& text) { pids_.push_back(number("pid", text, 1 << 22)); });
    line.add({"group", "NAME", "Sample all processes of this name."}, group_);
    line.addSwitch("all", "Sample the whole system.", [this](bool on) { all_ = on; });
    line.add({"from", "FILE", "Sample nothing, but show the folded stacks of this file."}, from_);
    line.add({"duration", "DURATION", "How long to sample. Ctrl-C ends it early. Default: 30s"},
             duration_);
    line.add({"frequency", "HERTZ", "Samples for each second of CPU time. Default: 99"},
             [this](const std::string& text) { frequency_ = number("frequency", text, 100000); });
    line.add({"unwind", "WORD",
              "How callers are found: fp by frame pointers, or dwarf by the tables for exceptions, "
              "for programs without them. Default: fp"},
             unwind_);
    line.addSwitch("wall", "Tell also what threads wait for, by looking at them 20 times a second.",
                   [this](bool on) { wall_ = on; });
    line.add({"format", "WORD", "text, html, folded, pprof or speedscope. Default: text"}, format_);
    line.add({"output", "FILE", "Where the profile goes, - is standard output. Default: -"},
             output_);
  }

  int run(const std::vector<std::string>&) override {
    const auto format =
        std::find_if(kProfileFormats.begin(), kProfileFormats.end(),
                     [this](const ProfileFormat& one) { return one.name == format_; });
    if (format == kProfileFormats.end()) {
      throw UsageError("--format: expected text, html, folded, pprof or speedscope, got '" +
                       format_ + "'");
    }
    if (format_ == "pprof" && output_ == "-" && isatty(STDOUT_FILENO) != 0) {
      throw UsageError("--output: expected a file for pprof, whose bytes are not for terminals");
    }
    writeOutput(output_, format->written(made()));
    return kDone;
  }

 private:
  static int number(const char* flag, const std::string& text, int most) {
    const auto value = parseNumber(text);
    if (!value || *value < 1 || *value > most || *value != static_cast<int>(*value)) {
      throw UsageError(std::string("--") + flag + ": expected a number from 1 to " +
                       std::to_string(most) + ", got '" + text + "'");
    }
    return static_cast<int>(*value);
  }

  Profile made() const {
    const int asked = (pids_.empty() ? 0 : 1) + (group_.empty() ? 0 : 1) + (all_ ? 1 : 0) +
                      (from_.empty() ? 0 : 1);
    if (asked != 1) throw UsageError("expected one of --pid, --group, --all and --from");
    if (wall_ && (all_ || !from_.empty())) throw UsageError("--wall needs --pid or --group");
    if (unwind_ != "fp" && unwind_ != "dwarf") {
      throw UsageError("--unwind: expected fp or dwarf, got '" + unwind_ + "'");
    }
    if (!from_.empty()) return profiling::readFoldedFile(from_);
    profiling::SamplingRun run;
    run.duration = std::chrono::milliseconds(stepOf("duration", duration_));
    run.withWaits = wall_;
    run.sampling.frequency = static_cast<unsigned>(frequency_);
    run.sampling.withStacks = unwind_ == "dwarf";
    if (all_) {
      run.title = "The whole system";
    } else if (!group_.empty()) {
      run.sampling.processes = membersOf(group_);
      run.title = toUtf8(group_) + " (" + std::to_string(run.sampling.processes.size()) +
                  (run.sampling.processes.size() == 1 ? " process)" : " processes)");
    } else {
      run.sampling.processes = pids_;
      for (const int pid : pids_) {
        run.title += (run.title.empty() ? "" : ", ") + commandOf(pid) + " (process " +
                     std::to_string(pid) + ")";
      }
    }
    endAtSignals();
    return profiling::sampled(run, [] { return isInterrupted != 0; });
  }

  std::vector<int> pids_;
  std::string group_;
  bool all_ = false;
  std::string from_;
  std::string duration_ = "30s";
  int frequency_ = 99;
  std::string unwind_ = "fp";
  bool wall_ = false;
  std::string format_ = "text";
  std::string output_ = "-";
};

const RegisterCommand profile{{
    .name = "profile",
    .help = "Tells where processes spend their time: which functions, called by which, and whether "
            "they compute, wait, allocate or do I/O. The kernel takes the samples; the programs "
            "need not be changed or started again.",
    .make = [] { return std::make_unique<ProfileCommand>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
