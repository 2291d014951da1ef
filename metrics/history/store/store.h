#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head.h"
#include "metrics/history/intake/archive.h"
#include "metrics/history/store/state_directory.h"
#include "metrics/history/store/store_file.h"

namespace orchestrator_exporter::history {

// The part of what was that is on disk: history.db in a directory of state. A thread of its own
// writes each reading that it is handed, and keeps the file in order. What goes wrong with the disk
// is told once when it begins and once when it is over, and disturbs nobody: readings wait in
// memory as long as they are few, and the directory or the file is tried again.
class Store final : public Archive {
 public:
  // A head that works with a store must remember at least what may not be in blocks yet.
  static constexpr std::chrono::hours kHeadRetention{2};

  struct Config {
    std::filesystem::path directory;
    LabelSet external = {};  // as for a Head
    Retention retention = {};
    // How long after a directory or file that could not be opened it is tried again.
    std::chrono::milliseconds retry = std::chrono::seconds(30);
    // Told of what is wrong with the disk, and when it is right again.
    std::function<void(bool isFault, const std::string&)> log = [](bool, const std::string&) {};
  };
  struct Figures {
    bool up = false;            // whether the last reading was written
    std::uint64_t written = 0;  // readings
    std::uint64_t lost = 0;     // readings that the disk did not take
    std::uint64_t refused = 0;  // readings that were not later than the one before
    std::uint64_t damaged = 0;  // rows of the log and chunks that were left out
    std::uint64_t faults = 0;   // attempts that failed
    std::uint64_t compactions = 0;
    std::size_t series = 0;
    std::uint64_t bytes = 0;
  };

  // Opens the directory and gives the head what it has to have; if that is impossible it is logged,
  // and tried again with what is to come. The head must be of a kind that has an archive.
  Store(Config config, std::shared_ptr<Head> head);
  // Writes what was handed in before.
  ~Store() override;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Counts when something is deleted next.
  void setRetention(const Retention& retention);

  // Takes a reading and returns at once.
  void take(std::shared_ptr<const Snapshot> reading);
  // Waits until all that was taken is written, or has failed.
  void drain();

  Head::Archived archived(std::span<const Label> labels, std::int64_t from,
                          std::int64_t until) const override;
  Head::ArchivedHistograms archivedHistograms(std::span<const Label> labels, std::int64_t from,
                                              std::int64_t until) const override;
  void keep(std::span<const WrittenSeries> series) override;
  void keep(std::span<const WrittenHistograms> series) override;
  void keep(std::span<const MetricMetadata> families) override;

  // As a History, readings not later than `readingsUntil`, without what is not in blocks or chunks
  // yet. Nothing while the file is not open.
  Selected select(const Selection& selection, std::int64_t readingsUntil,
                  std::size_t maxSamples) const;
  // The open file, to ask for names; null if it is not open.
  std::shared_ptr<const StoreFile> file() const;

  Figures figures() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // What others write, until it is written: its writer waits for that.
  struct Writing {
    std::span<const WrittenSeries> series = {};
    std::span<const WrittenHistograms> histograms = {};
    std::span<const MetricMetadata> families = {};
    bool isDone = false;
    std::string fault = {};  // empty if there is none
  };

  void run(const std::stop_token& stop);
  void handle(const Snapshot& reading);
  void handle(std::span<Writing* const> writings);
  std::string write(std::span<Writing* const> writings);
  void maintain();
  void keep(Writing writing);
  template <typename Sample>
  Head::ArchivedOf<Sample> archivedOf(std::span<const Label> labels, std::int64_t from,
                                      std::int64_t until) const;
  void restoreWritten(StoreFile& file);
  void open(const StoreFile::Restore& restore);
  bool openIfDue();
  void close();
  void fail(const std::string& what);
  void giveUp(const std::exception& error);
  void recover();

  const Config config_;
  const std::shared_ptr<Head> head_;
  // Of the thread alone, and of the constructor.
  std::optional<StateDirectory> directory_;
  SteadyTime nextTry_;
  std::string fault_;  // empty if there is none
  std::uint64_t lostBefore_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any wakes_;
  std::condition_variable drained_;
  std::condition_variable written_;
  std::deque<std::shared_ptr<const Snapshot>> queue_;
  std::vector<Writing*> writings_;
  bool isBusy_ = false;
  std::shared_ptr<StoreFile> file_;
  Retention retention_;
  Figures figures_;

  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::history
