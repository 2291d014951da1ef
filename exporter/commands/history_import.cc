#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "exporter/commands/command.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/history/store/state_directory.h"
#include "metrics/history/store/store_file.h"

// history import: OpenMetrics with timestamps into a history on disk.

namespace orchestrator_exporter::commands {

namespace {

// Nothing goes while it is imported: how long what is kept is the exporter's matter.
history::Retention forEver() {
  constexpr std::chrono::hours kLong{24 * 365 * 200};
  return {kLong, kLong, kLong, std::numeric_limits<std::int64_t>::max()};
}

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
    const history::StateDirectory directory = hold();
    history::StoreFile file({directory.path() / "history.db", {}, forEver()});
    // What an exporter left in the log, so that samples of the same series find it.
    file.restore([](const history::Head::Restored&) {});
    file.restore(
        {[](const WrittenSeries&, const auto&) {}, [](const WrittenHistograms&, const auto&) {}});
    std::size_t count = 0;
    for (const std::string& name : arguments) count += import(file, name);
    std::printf("%zu samples imported\n", count);
    return kDone;
  }

 private:
  history::StateDirectory hold() const {
    try {
      return history::StateDirectory(directory_);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(directory_ + ": " + error.what());
    }
  }

  static std::size_t import(history::StoreFile& file, const std::string& name) {
    std::ifstream opened;
    if (name != "-") {
      opened.open(name, std::ios::binary);
      opened.peek();
      if (!opened.is_open() || opened.bad()) {
        throw std::runtime_error(name +
                                 ": cannot be read: " + std::generic_category().message(errno));
      }
    }
    return history::readOpenMetrics(
        name == "-" ? std::cin : opened, name == "-" ? "standard input" : name,
        [&](history::SeriesBatch batch) {
          file.write({&batch, 1}, {});
          file.maintain({[](const WrittenSeries&) {}, [](const WrittenHistograms&) {}});
        },
        [&](const MetricMetadata& family) {
          file.write({&family, 1});
        });
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
