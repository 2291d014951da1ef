#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metrics/history/intake/head_intake.h"
#include "metrics/history/store/stored_history.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::history::test {

using orchestrator_exporter::test::TemporaryDirectory;

// Two hours begin here.
inline constexpr std::int64_t kBegin = 1'700'006'400'000;

// A host whose history is on disk, at a time that the test moves.
class Stored {
 public:
  explicit Stored(std::filesystem::path directory, Retention retention = {})
      : directory_(std::move(directory)), retention_(retention) {
    start();
  }

  void start() {
    // As short as a head may be, so that what is older comes from the disk.
    head_ = std::make_shared<Head>(Head::Config{.retention = Store::kHeadRetention,
                                                .writtenRetention = retention_.readings,
                                                .outOfOrderWindow = std::chrono::hours(24),
                                                .hasArchive = true});
    Store::Config config;
    config.directory = directory_;
    config.retention = retention_;
    config.retry = std::chrono::milliseconds(0);
    config.log = [this](bool isFault, const std::string& message) {
      messages.push_back((isFault ? "fault: " : "") + message);
    };
    store_ = std::make_shared<Store>(std::move(config), head_);
    history_ = std::make_unique<StoredHistory>(head_, store_);
    intake_ = std::make_unique<HeadIntake>(head_, store_);
  }
  void stop() {
    history_ = nullptr;
    intake_ = nullptr;
    store_ = nullptr;
    head_ = nullptr;
  }
  void restart() {
    stop();
    start();
  }

  void read(const std::function<void(Sink&)>& give) {
    auto reading = std::make_shared<Snapshot>();
    give(*reading);
    reading->time = std::chrono::system_clock::time_point(std::chrono::milliseconds(now));
    reading->findLayout();
    head_->take(*reading);
    store_->take(reading);
    store_->drain();
  }
  void gauge(double value) {
    read([&](Sink& out) { out.gauge("g", "G.").add(value); });
  }
  std::vector<AppendResult> write(const std::string& name,
                                  std::span<const TimedHistogram> samples) {
    const Label labels[] = {{"__name__", name}};
    const WrittenHistograms series[] = {{labels, samples}};
    auto results = intake_->write(series, Selection::kNewest);
    store_->drain();
    return results;
  }
  // Writes samples of one series with times of their own, and waits until the store is at rest.
  std::vector<AppendResult> write(const std::string& name, std::span<const TimedSample> samples) {
    const Label labels[] = {{"__name__", name}};
    const WrittenSeries series[] = {{labels, samples}};
    auto results = intake_->write(series, Selection::kNewest);
    store_->drain();
    return results;
  }
  HeadIntake& intake() { return *intake_; }
  Head& head() { return *head_; }
  Store& store() { return *store_; }
  void pass(std::chrono::milliseconds time) { now += time.count(); }
  // A reading of each value, so far apart.
  void gauges(int first, int last, std::chrono::milliseconds apart) {
    for (int i = first; i <= last; ++i, pass(apart)) gauge(i);
  }

  Selected select(const std::string& name, Selection selection = {}) const {
    const std::vector<LabelMatcher> matchers = {{"__name__", LabelMatcher::Operator::kEqual, name}};
    selection.matchers = matchers;
    return history_->select(selection, SIZE_MAX);
  }
  // Of the one series of this name, times in seconds after kBegin: "1@0 stale@15".
  std::string samples(const std::string& name, Selection selection = {}) const {
    std::string text;
    for (const SelectedSeries& series : select(name, selection).series) {
      for (std::size_t i = 0; i < series.samples->times.size(); ++i) {
        const double value = series.samples->values[i];
        const bool isStale = std::bit_cast<std::uint64_t>(value) == kStaleBits;
        text += (text.empty() ? "" : " ") +
                (isStale ? "stale" : std::to_string(std::lround(value))) + "@" +
                std::to_string((series.samples->times[i] - kBegin) / 1000);
      }
    }
    return text;
  }

  const Store& store() const { return *store_; }
  const StoredHistory& history() const { return *history_; }
  const Head& head() const { return *head_; }
  std::filesystem::path file() const { return directory_ / "history.db"; }

  std::int64_t now = kBegin;
  std::vector<std::string> messages;

 private:
  const std::filesystem::path directory_;
  const Retention retention_;
  std::shared_ptr<Head> head_;
  std::shared_ptr<Store> store_;
  std::unique_ptr<StoredHistory> history_;
  std::unique_ptr<HeadIntake> intake_;
};

}  // namespace orchestrator_exporter::history::test
