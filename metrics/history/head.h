#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head_data.h"
#include "metrics/history/reading_layout.h"
#include "metrics/history/timed_samples.h"
#include "metrics/history_intake.h"
#include "metrics/label_set.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// The newest part of what was, in memory, compressed as it grows: readings, whose samples share
// their times, and samples with times of their own.
//
// Every call may come from any thread. Who appends waits for who asks for some microseconds at
// most.
class Head final : public History {
 public:
  struct Config {
    // Samples that are older than this go, some chunks of samples at a time, and series without
    // samples go with them.
    std::chrono::milliseconds retention = std::chrono::hours(1);
    // Labels of all series of readings: job and instance.
    LabelSet external = {};
    // How much older than the newest of all a sample with a time of its own may be; as the
    // retention if not set.
    std::optional<std::chrono::milliseconds> writtenRetention = std::nullopt;
    // How much older than the newest of its series it may be.
    std::chrono::milliseconds outOfOrderWindow = std::chrono::minutes(10);
    // Whether samples with times of their own stay until they are forgotten, because an archive has
    // them then.
    bool hasArchive = false;
    std::size_t maxSeries = 1'000'000;
  };
  // What an archive has of one series, of TimedSample or TimedHistogram.
  template <typename Sample>
  struct ArchivedOf {
    std::optional<Sample> newest = std::nullopt;
    std::vector<Sample> samples = {};  // those of the times in question, ascending
  };
  using Archived = ArchivedOf<TimedSample>;
  using ArchivedHistograms = ArchivedOf<TimedHistogram>;
  // A reading of an earlier run. Without `series` it has those of the one before.
  struct Restored {
    std::int64_t time = 0;
    std::optional<std::span<const LabelSet>> series = std::nullopt;
    std::span<const double> values = {};
    // With a stale sum for those that it has no more.
    std::vector<std::pair<LabelSet, HistogramPointer>> histograms = {};
  };
  // A series to be written, and the hash of its labels.
  struct Written {
    WrittenSeries series;
    std::uint64_t hash;
  };
  struct Figures {
    std::size_t series = 0;
    std::size_t bytes = 0;              // that samples, series and their index take
    std::uint64_t appended = 0;         // samples, staleness markers included
    std::uint64_t refused = 0;          // samples with times of their own
    std::uint64_t refusedReadings = 0;  // not later than the reading before
  };

  explicit Head(Config config);

  // Keeps a reading: all its series, those that Prometheus adds to a scrape, and a staleness marker
  // for each that the reading before had and this one has not. One that is not later than the
  // reading before is refused; when the clock was put back by more than the retention, all readings
  // go instead.
  void take(const Snapshot& reading);

  // Keeps a reading of an earlier run, which a store has kept: in the order of their times, before
  // the first reading of this run. Series that it has no more get a staleness marker.
  void restore(const Restored& reading);

  // Appends samples with times of their own, not later than `latest`; a result for each. False, and
  // nothing is appended, if it has to be known first what an archive has of the series.
  using Results = std::vector<AppendResult>;
  std::vector<std::size_t> append(std::span<const Written> series, std::int64_t latest,
                                  std::span<Results> results);
  void append(const Written& series, const Archived& archived, std::int64_t latest,
              Results& results);
  // The same for samples that are histograms. One whose sum is a stale marker is read as that
  // marker.
  bool append(const WrittenHistograms& series, std::int64_t latest, Results& results);
  void append(const WrittenHistograms& series, const ArchivedHistograms& archived,
              std::int64_t latest, Results& results);
  // Forgets samples that an archive has now; their times ascend.
  void forget(const WrittenSeries& series);
  void forget(const WrittenHistograms& series);

  // How much older than the newest of all a sample with a time of its own may be from now on.
  void setWrittenRetention(std::chrono::milliseconds retention);

  // Keeps what is said of families beside those of readings; returns what is new of it. Families
  // beyond some ten thousands are left out.
  std::vector<MetricMetadata> describe(std::span<const MetricMetadata> families);

  Figures figures() const;
  // From when on it has the readings; kNewest if it has none.
  std::int64_t oldestReading() const;

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  // Of the newest reading, and of what was described besides.
  std::vector<MetricMetadata> metadata() const override;

 private:
  // The time from which the retention counts; kOldest before the first sample.
  std::int64_t now() const;
  bool begin(std::int64_t time);
  void put(std::span<const double> values, const std::vector<Series*>& gone);
  void forgetReadings(std::int64_t now);
  std::int64_t oldestWritten() const;
  // `timed` is where the samples of their kind are.
  template <typename Samples, typename Timed, typename Sample>
  void append(Series* series, const Samples& written, std::uint64_t hash,
              std::unique_ptr<Timed> Series::*timed, const ArchivedOf<Sample>& archived,
              std::int64_t latest, Results& results);
  AppendResult admit(const Series* series, std::int64_t time, std::int64_t latest) const;
  Series* placeNative(std::span<const Label> labels, std::int64_t time);
  void putNative(Series& series, std::int64_t time, const HistogramPointer& histogram);
  void widen(Series& series, std::int64_t time);
  void takeNatives(const Snapshot& reading, std::int64_t time);
  void expireIfDue();
  void expire(std::int64_t cutoff);

  const Config config_;
  mutable HeadData data_;
  // Under the lock of the data.
  std::chrono::milliseconds writtenRetention_;
  ReadingLayout layout_;
  std::uint64_t lastLayout_ = 0;  // of the last reading; 0: there was none
  std::shared_ptr<const std::vector<MetricMetadata>> families_;  // of that layout, never null
  std::int64_t lastReadingTime_ = Selection::kOldest;
  std::int64_t nextExpiry_ = Selection::kOldest;
  std::size_t seriesBytes_ = 0;  // when what is old was last looked for
  Figures counted_;
  std::vector<SeriesId> natives_;  // series of histograms that the last reading had, sorted

  mutable std::mutex describedMutex_;
  std::map<std::string, MetricMetadata, std::less<>> described_;
};

}  // namespace orchestrator_exporter::history
