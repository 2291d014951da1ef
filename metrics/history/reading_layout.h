#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/history/series_table.h"
#include "metrics/label_set.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// Which series the values of a reading belong to, by their places in it. A reading of the layout of
// the one before needs no look at a label; of another only series that are not where they were
// expected are looked up.
class ReadingLayout {
 public:
  // `external` as for SeriesNames; at most `maxSeries` will be in the table.
  ReadingLayout(LabelSet external, std::size_t maxSeries)
      : external_(std::move(external)), maxSeries_(maxSeries) {}

  // Takes the layout of the reading; new series come into the table, with `time` as that of their
  // first sample. Returns the series that the reading before had and this one has not.
  std::vector<Series*> follow(const Snapshot& reading, std::int64_t time, SeriesTable& table);
  // The same for a reading of an earlier run, whose series are given; what has no labels is left
  // out.
  std::vector<Series*> restore(std::span<const LabelSet> series, std::int64_t time,
                               SeriesTable& table);
  // For each value of values() a series, or null if it is left out.
  std::span<Series* const> series() const { return series_; }
  bool has(const Series& series) const { return series.layout == number_ && !series_.empty(); }
  // The next reading has no layout before it.
  void forget();

  // The values of the reading whose layout was followed last, and those that Prometheus adds to a
  // scrape: up, scrape_duration_seconds, scrape_samples_scraped and what is said of them.
  std::vector<double> values(const Snapshot& reading) const;

 private:
  std::vector<Series*> begin(std::uint64_t layout);
  std::vector<Series*> missingOf(const std::vector<Series*>& before) const;
  Series* place(std::span<const Label> labels, const std::vector<Series*>& before,
                std::size_t& expected, std::int64_t time, SeriesTable& table);

  const LabelSet external_;
  const std::size_t maxSeries_;
  std::uint64_t layout_ = 0;  // of the snapshot
  std::uint32_t number_ = 0;  // counts the layouts that were followed
  std::vector<Series*> series_;
  std::size_t given_ = 0;  // how many of them the reading gives
  std::size_t added_ = 0;  // those that the reading before did not have
};

}  // namespace orchestrator_exporter::history
