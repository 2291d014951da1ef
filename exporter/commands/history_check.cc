#include <cstdio>

#include "exporter/commands/command.h"
#include "metrics/history/offline/check.h"

// history check: whether a history on disk is whole.

namespace orchestrator_exporter::commands {

namespace {

class HistoryCheck final : public Command {
 public:
  void declare(CommandLine&) override {}

  int run(const std::vector<std::string>& arguments) override {
    const history::Checked checked = history::checkHistory(
        arguments.front(),
        [](const std::string& damaged) { std::fprintf(stderr, "damaged: %s\n", damaged.c_str()); });
    std::printf(
        "%zu series, %zu blocks with %zu chunks, %zu readings of the log, %zu series that others "
        "wrote, %zu damaged\n",
        checked.series, checked.blocks, checked.chunks, checked.rows, checked.writtenChunks,
        checked.damaged);
    return checked.damaged == 0 ? kDone : kCouldNot;
  }
};

const RegisterCommand historyCheck{{
    .name = "history check",
    .arguments = "DIRECTORY",
    .least = 1,
    .most = 1,
    .help = "Reads all of the history in a directory of state (--storage.path), also while an "
            "exporter writes to it: SQLite's own check, the checksum and the samples of every "
            "chunk, the log. What is damaged is told on standard error; exit status 0 if nothing "
            "is.",
    .make = [] { return std::make_unique<HistoryCheck>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
