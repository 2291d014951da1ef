#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "exporter/commands/command.h"
#include "exporter/commands/history_folder.h"

// history import: OpenMetrics with timestamps into a history on disk.

namespace orchestrator_exporter::commands {

namespace {

class HistoryImport final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add({"storage.path", "DIRECTORY",
              "The directory of state with the history, which no exporter runs on; made if it is "
              "missing. Needed."},
             directory_);
  }

  int run(const std::vector<std::string>& arguments) override {
    if (directory_.empty()) throw UsageError("--storage.path: expected a directory");
    HistoryFolder folder(directory_);
    std::size_t count = 0;
    for (const std::string& name : arguments) count += import(folder, name);
    std::printf("%zu samples imported\n", count);
    return kDone;
  }

 private:
  static std::size_t import(HistoryFolder& folder, const std::string& name) {
    std::ifstream opened;
    if (name != "-") {
      opened.open(name, std::ios::binary);
      opened.peek();
      if (!opened.is_open() || opened.bad()) {
        throw std::runtime_error(name +
                                 ": cannot be read: " + std::generic_category().message(errno));
      }
    }
    return name == "-" ? folder.add(std::cin, "standard input") : folder.add(opened, name);
  }

  std::string directory_;
};

const RegisterCommand historyImport{{
    .name = "history import",
    .arguments = "FILE...",
    .least = 1,
    .most = 1000,
    .help = "Reads files of OpenMetrics whose samples have timestamps, such as `history export` "
            "writes, into the history of a directory of state; - is standard input. Of two samples "
            "of one series and time the one that was there first stays. A fault is told as "
            "file:line: text, and what was before it stays imported. What is older than the "
            "exporter keeps (history.retention) goes when it next tidies up.",
    .make = [] { return std::make_unique<HistoryImport>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
