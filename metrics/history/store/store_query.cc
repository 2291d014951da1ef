#include "metrics/history/store/store_query.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "metrics/history/columns/column_reader.h"
#include "metrics/history/head_query.h"
#include "metrics/history/index/label_index.h"
#include "metrics/history/store/blobs/aggregate.h"
#include "metrics/history/store/tiers.h"

namespace orchestrator_exporter::history {

struct StoreQuery::Step {
  std::int64_t time;
  Aggregate of;
};

// What there is of one series, with times that ascend in each part.
struct StoreQuery::Packed {
  struct Readings {
    std::vector<std::uint8_t> column;
    std::shared_ptr<const std::vector<std::int64_t>> times;
  };

  bool empty() const {
    return steps.empty() && readings.empty() && written.empty() && histograms.empty();
  }

  // What a head usually has beside it is added behind.
  static constexpr std::size_t kMore = 512;

  SampleColumns read(SampleMerge merge, SampleColumns room) const {
    merge.begin(std::move(room));
    std::size_t samples = steps.size() + written.positions() + kMore;
    for (const Readings& one : readings) samples += one.times->size();
    merge.reserve(samples);
    merge.add(steps);
    for (const Readings& one : readings) {
      ColumnReader column(one.column, static_cast<std::uint32_t>(one.times->size()));
      merge.add(column, *one.times);
    }
    written.addTo(merge);
    histograms.addTo(merge);
    return merge.finish();
  }

  std::vector<TimedSample> steps;
  std::vector<Readings> readings;
  PackedChunks<TimedSample> written;
  PackedChunks<TimedHistogram> histograms;
};

namespace {

bool asksForIncrease(std::string_view function) {
  return function == "rate" || function == "increase" || function == "irate";
}

double valueFor(std::string_view function, const Aggregate& step) {
  if (function == "min_over_time") return step.min;
  if (function == "max_over_time") return step.max;
  if (function == "sum_over_time") return step.sum;
  if (function == "avg_over_time") return step.sum / step.count;
  return step.last;
}

// The steps as samples of a counter that never restarts and ends with the last value that it had,
// so that it goes on in the samples behind it.
template <typename Steps>
std::vector<TimedSample> asCounter(const Steps& steps) {
  std::vector<TimedSample> samples(steps.size());
  double lost = 0;
  for (std::size_t i = steps.size(); i-- > 0;) {
    samples[i] = {steps[i].time, steps[i].of.last - lost};
    lost += steps[i].of.lost;
  }
  return samples;
}

template <typename Steps>
std::vector<TimedSample> asSamples(const Steps& steps, std::string_view function) {
  if (asksForIncrease(function)) return asCounter(steps);
  std::vector<TimedSample> samples;
  for (const auto& step : steps) samples.push_back({step.time, valueFor(function, step.of)});
  return samples;
}

}  // namespace

StoreQuery::StoreQuery(Database& database, HeadData& series)
    : transaction_(database, Transaction::Kind::kRead), series_(series), reader_(database) {
  if (WrittenChunks<TimedSample>::newestTime(database) != Selection::kOldest) {
    written_.emplace(database);
  }
  if (WrittenChunks<TimedHistogram>::newestTime(database) != Selection::kOldest) {
    histograms_.emplace(database);
  }
}

std::vector<StoreQuery::Source> StoreQuery::sources(std::int64_t step, std::int64_t after,
                                                    std::int64_t until, Origin origin) {
  std::vector<Source> found;
  for (const BlockInfo& info : reader_.blocks(step, after, until, origin)) {
    auto times = std::make_shared<std::vector<std::int64_t>>(reader_.times(info));
    if (times->size() != info.positions) continue;
    found.push_back({info, std::move(times), after, until});
    if (info.thinned != 0) found.back().instead = coarserOf(found.back());
  }
  return found;
}

// The steps of the time of a block.
std::vector<StoreQuery::Source> StoreQuery::coarserOf(const Source& source) {
  const auto tier = std::ranges::find(kTiers, source.info.step, &Tier::source);
  if (tier == kTiers.end()) return {};
  const std::int64_t step = tier->step - std::max<std::int64_t>(source.info.step, 1);
  return sources(tier->step, std::max(source.after, source.info.first),
                 std::min(source.until, source.info.last + step), Origin::kReadings);
}

// With what an instant selector may find in steps in the place of readings.
std::vector<StoreQuery::Source> StoreQuery::readingSources(const Selection& selection,
                                                           std::int64_t until) {
  std::vector<Source> found = sources(0, beginOf(selection, 0), until, Origin::kReadings);
  std::erase_if(found, [&](const Source& source) {
    return source.info.last <= selection.after && source.instead.empty();
  });
  return found;
}

// From the coarsest tier to the finest, each until where the next one begins.
std::vector<StoreQuery::Source> StoreQuery::coarseSources(const Selection& selection,
                                                          std::int64_t latest) {
  std::vector<Source> all;
  std::int64_t finer = reader_.oldest(0);
  for (const Tier& tier : kTiers) {
    const std::int64_t after = beginOf(selection, tier.step);
    const std::int64_t until = std::min(latest, finer - 1);
    if (until > after) {
      std::vector<Source> found = sources(tier.step, after, until, Origin::kReadings);
      all.insert(all.begin(), std::make_move_iterator(found.begin()),
                 std::make_move_iterator(found.end()));
    }
    finer = std::min(finer, reader_.oldest(tier.step));
  }
  return all;
}

// Steps of what others wrote: of no time there are samples in two tiers.
std::vector<StoreQuery::Source> StoreQuery::writtenSources(const Selection& selection) {
  std::vector<Source> all;
  for (const Tier& tier : kTiers) {
    std::vector<Source> found =
        sources(tier.step, beginOf(selection, tier.step), selection.until, Origin::kWritten);
    all.insert(all.begin(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

void StoreQuery::addSteps(SeriesId series, std::vector<Source>& coarse, std::vector<Step>& steps) {
  for (Source& source : coarse) {
    const auto content = reader_.chunk(source.info.id, series);
    if (!content) {
      addSteps(series, source.instead, steps);
      continue;
    }
    const Aggregates all = readAggregates(*content, source.info.positions);
    source.isRead = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::int64_t time = (*source.times)[i];
      if (all[i] && time > source.after && time <= source.until) steps.push_back({time, *all[i]});
    }
  }
}

StoreQuery::Packed StoreQuery::packed(SeriesId series, const Selection& selection,
                                      std::vector<Source>& coarse, std::vector<Source>& readings) {
  Packed packed;
  std::vector<Step> steps;
  addSteps(series, coarse, steps);
  for (Source& source : readings) {
    if (const auto content = reader_.chunk(source.info.id, series)) {
      packed.readings.push_back({{content->begin(), content->end()}, source.times});
    } else {
      addSteps(series, source.instead, steps);
    }
  }
  // Of a series of readings that others wrote, too, both are here.
  std::ranges::stable_sort(steps, {}, &Step::time);
  packed.steps = asSamples(steps, selection.function);
  if (written_) packed.written = written_->packed(series, selection.after, selection.until);
  if (histograms_)
    packed.histograms = histograms_->packed(series, selection.after, selection.until);
  return packed;
}

// From the coarsest tier to the finest.
std::vector<CoarseStretch> StoreQuery::stretchesOf(const std::vector<Source>& coarse,
                                                   const std::vector<Source>& readings) {
  std::vector<CoarseStretch> stretches;
  for (std::size_t tier = kTiers.size(); tier-- > 0;) {
    CoarseStretch stretch{Selection::kOldest, kTiers[tier].step};
    const auto widen = [&](const Source& source) {
      if (source.info.step != stretch.step) return;
      stretch.until = std::max(stretch.until, std::min(source.until, source.info.last));
    };
    const auto widenByRead = [&](const std::vector<Source>& instead) {
      for (const Source& source : instead) {
        if (source.isRead) widen(source);
      }
    };
    for (const Source& source : coarse) {
      widen(source);
      widenByRead(source.instead);
    }
    for (const Source& source : readings) {
      widenByRead(source.instead);
      for (const Source& finer : source.instead) widenByRead(finer.instead);
    }
    if (stretch.until != Selection::kOldest) stretches.push_back(stretch);
  }
  return stretches;
}

Postings StoreQuery::matching(const Selection& selection, HeadData& series) {
  const std::vector<std::vector<LabelMatcher>> any = {
      {selection.matchers.begin(), selection.matchers.end()}};
  return HeadQuery(series).matching(
      {.any = any, .from = selection.after, .until = selection.until});
}

Selected StoreQuery::select(const Selection& selection, const Postings& ids,
                            std::int64_t readingsUntil, std::size_t maxSamples) {
  const std::int64_t until = std::min(selection.until, readingsUntil);
  std::vector<Source> coarse = coarseSources(selection, until);
  const std::vector<Source> written = writtenSources(selection);
  coarse.insert(coarse.end(), written.begin(), written.end());
  std::vector<Source> readings = readingSources(selection, until);
  if (coarse.empty() && readings.empty() && !written_ && !histograms_) return {};
  std::vector<std::pair<SeriesId, std::shared_ptr<const LabelSet>>> found;
  HeadQuery(series_).forEach(ids, [&](const Series& series) {
    found.emplace_back(series.id,
                       std::make_shared<LabelSet>(series_.table.index().labelSet(series.labels)));
  });
  Selected selected;
  std::int64_t after = selection.after;
  for (const Source& source : coarse) after = std::min(after, source.after);
  for (const Source& source : readings) {
    if (!source.instead.empty()) after = std::min(after, source.after);
  }
  const SampleMerge merge(after, selection.until, maxSamples);
  bool hasSteps = false;
  for (auto& [id, labels] : found) {
    auto packed = std::make_shared<const Packed>(this->packed(id, selection, coarse, readings));
    if (packed->empty()) continue;
    hasSteps = hasSteps || !packed->steps.empty();
    selected.series.push_back(
        {std::move(labels), SelectedSamples([merge, packed](SampleColumns room) {
           return packed->read(merge, std::move(room));
         })});
  }
  if (hasSteps) selected.coarse = stretchesOf(coarse, readings);
  std::ranges::sort(selected.series, {},
                    [](const SelectedSeries& one) -> const LabelSet& { return *one.labels; });
  return selected;
}

}  // namespace orchestrator_exporter::history
