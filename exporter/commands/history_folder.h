#pragma once

#include <cstddef>
#include <istream>
#include <limits>
#include <stdexcept>
#include <string>

#include "metrics/history/offline/open_metrics.h"
#include "metrics/history/store/state_directory.h"
#include "metrics/history/store/store_file.h"

namespace orchestrator_exporter::commands {

// The history in a directory of state, which no exporter runs on, open to be written to.
class HistoryFolder {
 public:
  // Makes the directory if it is missing. Throws std::runtime_error with its name if another
  // process has it or it cannot be used.
  explicit HistoryFolder(const std::string& directory)
      : directory_(hold(directory)), file_({directory_.path() / "history.db", {}, forEver()}) {
    // What an exporter left in the log, so that samples of the same series find it.
    file_.restore([](const history::Head::Restored&) {});
    file_.restore(
        {[](const WrittenSeries&, const auto&) {}, [](const WrittenHistograms&, const auto&) {}});
  }

  // Adds OpenMetrics text whose samples have timestamps; `name` stands in errors. Of two samples of
  // one series and time the one that was there first stays. Returns how many there were. Throws
  // ParseError, and what was before the fault stays.
  std::size_t add(std::istream& text, const std::string& name) {
    return history::readOpenMetrics(
        text, name,
        [&](history::SeriesBatch batch) {
          file_.write({&batch, 1}, {});
          file_.maintain({[](const WrittenSeries&) {}, [](const WrittenHistograms&) {}});
        },
        [&](const MetricMetadata& family) {
          file_.write({&family, 1});
        });
  }

 private:
  // Nothing goes while it is written to: how long what is kept is the exporter's matter.
  static history::Retention forEver() {
    constexpr std::chrono::hours kLong{24 * 365 * 200};
    return {kLong, kLong, kLong, std::numeric_limits<std::int64_t>::max()};
  }

  static history::StateDirectory hold(const std::string& directory) {
    try {
      return history::StateDirectory(directory);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(directory + ": " + error.what());
    }
  }

  const history::StateDirectory directory_;
  history::StoreFile file_;
};

}  // namespace orchestrator_exporter::commands
