#include "metrics/history/head_query.h"

#include <algorithm>
#include <optional>
#include <set>

#include "metrics/history/sample_merge.h"

namespace orchestrator_exporter::history {

namespace {

// Parts that are done in some microseconds.
constexpr std::size_t kSeriesOfPart = 16;
constexpr std::size_t kIdsOfPart = 4096;
constexpr std::size_t kSteppedOfPart = 256;
constexpr std::size_t kValuesOfPart = 64;

// To look at a series takes as long as to list so many.
constexpr std::size_t kListedWhileOneIsLookedAt = 16;

template <typename Answer>
std::vector<Answer> limited(std::vector<Answer> answers, std::size_t limit) {
  if (limit > 0 && answers.size() > limit) answers.resize(limit);
  return answers;
}

bool isEquality(const LabelMatcher& matcher) {
  return matcher.op() == LabelMatcher::Operator::kEqual && !matcher.matchesEmpty();
}

std::span<const SeriesId> partOf(const Postings& ids, std::size_t begin, std::size_t most) {
  return std::span(ids).subspan(begin, std::min(most, ids.size() - begin));
}

}  // namespace

// What is read of one series outside the lock.
struct HeadQuery::Piece {
  bool empty(const View& view) const;
  SampleColumns read(const View& view, SampleMerge merge, SampleColumns room) const;

  SeriesId id = 0;
  std::shared_ptr<const LabelSet> labels;
  std::vector<std::uint8_t> open;  // its column in the open block
  std::uint32_t openPositions = 0;
  std::vector<std::shared_ptr<const TimedChunk>> timed;
  std::vector<std::shared_ptr<const HistogramChunk>> histograms;
};

// The blocks at one moment, so that all series end with the same reading.
struct HeadQuery::View {
  Blocks::Closed closed;
  std::uint64_t openNumber = 0;
  std::vector<std::int64_t> openTimes;
  std::shared_ptr<const Block> openOnceClosed = nullptr;
};

bool HeadQuery::Piece::empty(const View& view) const {
  const auto isIn = [this](const auto& block) { return block->find(id).has_value(); };
  return open.empty() && timed.empty() && histograms.empty() &&
         std::ranges::none_of(view.closed, isIn) &&
         (view.openOnceClosed == nullptr || !isIn(view.openOnceClosed));
}

SampleColumns HeadQuery::Piece::read(const View& view, SampleMerge merge,
                                     SampleColumns room) const {
  merge.begin(std::move(room));
  for (const auto& block : view.closed) {
    if (auto column = block->find(id)) merge.add(*column, block->times());
  }
  if (view.openOnceClosed != nullptr) {
    if (auto column = view.openOnceClosed->find(id)) merge.add(*column, view.openTimes);
  }
  ColumnReader column(open, openPositions);
  merge.add(column, view.openTimes);
  for (const auto& chunk : timed) merge.add(*chunk);
  for (const auto& chunk : histograms) merge.add(*chunk);
  return merge.finish();
}

HeadQuery::View HeadQuery::view() {
  const AppendLock::Asking lock(data_.lock);
  return {data_.blocks.closed(), data_.blocks.openNumber(), data_.blocks.openTimes()};
}

void HeadQuery::forEach(const Postings& ids, const std::function<void(const Series&)>& take) {
  for (std::size_t begin = 0; begin < ids.size(); begin += kSeriesOfPart) {
    const AppendLock::Asking lock(data_.lock);
    for (const SeriesId id : partOf(ids, begin, kSeriesOfPart)) {
      if (const Series* series = data_.table.find(id)) take(*series);
    }
  }
}

Postings HeadQuery::all() {
  Postings ids;
  for (bool more = true; more;) {
    const AppendLock::Asking lock(data_.lock);
    const auto left = data_.table.after(ids.empty() ? 0 : ids.back());
    const auto part = left.first(std::min(left.size(), kSteppedOfPart));
    for (const auto& [id, series] : part) ids.push_back(id);
    more = part.size() < left.size();
  }
  return ids;
}

Postings HeadQuery::seriesWith(std::string_view name, std::string_view value) {
  Postings ids;
  for (bool more = true; more;) {
    const AppendLock::Asking lock(data_.lock);
    more = data_.table.index().appendSeries(name, value, ids.empty() ? 0 : ids.back(), kIdsOfPart,
                                            ids);
  }
  return ids;
}

std::vector<std::string> HeadQuery::names() {
  const AppendLock::Asking lock(data_.lock);
  return data_.table.index().names();
}

std::vector<std::string> HeadQuery::values(std::string_view name) {
  std::vector<std::string> values;
  for (bool more = true; more;) {
    const std::string last = values.empty() ? std::string() : values.back();
    const AppendLock::Asking lock(data_.lock);
    more = data_.table.index().appendValues(name, last, kValuesOfPart, values);
  }
  return values;
}

Postings HeadQuery::seriesWhere(std::string_view name,
                                const std::function<bool(std::string_view)>& is) {
  std::vector<Postings> lists;
  for (const std::string& value : values(name)) {
    if (is(value)) lists.push_back(seriesWith(name, value));
  }
  return unite(std::move(lists));
}

// Of a matcher that a series without the label does not match, and that is no equality.
Postings HeadQuery::positive(const LabelMatcher& matcher) {
  return seriesWhere(matcher.name(),
                     [&](std::string_view value) { return matcher.matches(value); });
}

// The series that do not match a matcher that a series without the label matches.
Postings HeadQuery::excluded(const LabelMatcher& matcher) {
  if (matcher.op() == LabelMatcher::Operator::kNotEqual) {
    return seriesWith(matcher.name(), matcher.value());
  }
  return seriesWhere(matcher.name(),
                     [&](std::string_view value) { return !matcher.matches(value); });
}

std::vector<HeadQuery::Counted> HeadQuery::equalities(std::span<const LabelMatcher> matchers) {
  std::vector<Counted> found;
  const AppendLock::Asking lock(data_.lock);
  for (const LabelMatcher& matcher : matchers) {
    if (!isEquality(matcher)) continue;
    const std::size_t series = data_.table.index().countSeries(matcher.name(), matcher.value());
    found.push_back({series, &matcher});
  }
  std::ranges::stable_sort(found, {}, &Counted::series);
  return found;
}

Postings HeadQuery::equalToAll(std::span<const Counted> matchers) {
  Postings ids;
  for (const auto& [count, matcher] : matchers) {
    if (matcher == matchers.front().matcher) {
      ids = seriesWith(matcher->name(), matcher->value());
    } else if (count > kListedWhileOneIsLookedAt * ids.size()) {
      ids = withLabel(ids, *matcher);
    } else {
      ids = intersect(ids, seriesWith(matcher->name(), matcher->value()));
    }
  }
  return ids;
}

// Looks at each of the series: of the thousands that may have the label no list is needed.
Postings HeadQuery::withLabel(const Postings& ids, const LabelMatcher& matcher) {
  Postings found;
  forEach(ids, [&](const Series& series) {
    const auto value = data_.table.index().valueOf(series.labels, matcher.name());
    if (value == matcher.value()) found.push_back(series.id);
  });
  return found;
}

Postings HeadQuery::matching(std::span<const LabelMatcher> matchers) {
  std::optional<Postings> ids;
  const auto equal = equalities(matchers);
  if (!equal.empty()) ids = equalToAll(equal);
  for (const LabelMatcher& matcher : matchers) {
    if (matcher.matchesEmpty() || isEquality(matcher)) continue;
    if (ids && ids->empty()) return {};
    const Postings found = positive(matcher);
    ids = ids ? intersect(*ids, found) : found;
  }
  if (!ids) ids = all();
  for (const LabelMatcher& matcher : matchers) {
    if (matcher.matchesEmpty() && !ids->empty()) ids = subtract(*ids, excluded(matcher));
  }
  return *std::move(ids);
}

bool HeadQuery::isOverAll(const SeriesFilter& filter) {
  const AppendLock::Asking lock(data_.lock);
  return filter.any.empty() && filter.from <= data_.oldest && filter.until >= data_.newest;
}

Postings HeadQuery::matching(const SeriesFilter& filter) {
  std::vector<Postings> lists;
  for (const auto& matchers : filter.any) lists.push_back(matching(matchers));
  Postings ids;
  forEach(filter.any.empty() ? all() : unite(std::move(lists)), [&](const Series& series) {
    if (series.newest >= filter.from && series.oldest <= filter.until) ids.push_back(series.id);
  });
  return ids;
}

std::vector<LabelSet> HeadQuery::labelSets(const Postings& ids) {
  std::vector<LabelSet> sets;
  sets.reserve(ids.size());
  forEach(ids, [&](const Series& series) {
    sets.push_back(data_.table.index().labelSet(series.labels));
  });
  return sets;
}

std::vector<LabelSet> HeadQuery::series(const SeriesFilter& filter) {
  std::vector<LabelSet> sets = labelSets(matching(filter));
  std::ranges::sort(sets);
  return limited(std::move(sets), filter.limit);
}

std::vector<std::string> HeadQuery::labelNames(const SeriesFilter& filter) {
  if (isOverAll(filter)) return limited(names(), filter.limit);
  std::set<std::string, std::less<>> names;
  forEach(matching(filter), [&](const Series& series) {
    for (const Label& label : data_.table.index().views(series.labels)) names.emplace(label.name);
  });
  return limited(std::vector<std::string>(names.begin(), names.end()), filter.limit);
}

std::vector<std::string> HeadQuery::labelValues(std::string_view name, const SeriesFilter& filter) {
  if (isOverAll(filter)) return limited(values(name), filter.limit);
  std::set<std::string, std::less<>> values;
  forEach(matching(filter), [&](const Series& series) {
    const std::string_view value = data_.table.index().valueOf(series.labels, name);
    if (!value.empty()) values.emplace(value);
  });
  return limited(std::vector<std::string>(values.begin(), values.end()), filter.limit);
}

std::vector<HeadQuery::Piece> HeadQuery::pieces(std::span<const SeriesId> ids,
                                                const Selection& selection, View& view) {
  std::vector<Piece> found;
  const AppendLock::Asking lock(data_.lock);
  const bool isOpen = data_.blocks.openNumber() == view.openNumber;
  if (!isOpen && view.openOnceClosed == nullptr) {
    for (const auto& block : data_.blocks.closed()) {
      if (block->number() == view.openNumber) view.openOnceClosed = block;
    }
  }
  for (const SeriesId id : ids) {
    const Series* series = data_.table.find(id);
    if (series == nullptr || series->newest <= selection.after ||
        series->oldest > selection.until) {
      continue;
    }
    Piece& piece = found.emplace_back();
    piece.id = id;
    piece.labels = std::make_shared<LabelSet>(data_.table.index().labelSet(series->labels));
    if (isOpen) {
      series->column.write(piece.open);
      piece.openPositions = series->column.positions();
    }
    if (series->timed != nullptr) {
      piece.timed = series->timed->chunks(selection.after, selection.until);
    }
    for (const auto* histograms : {series->histograms.get(), series->natives.get()}) {
      if (histograms == nullptr) continue;
      for (auto& chunk : histograms->chunks(selection.after, selection.until)) {
        piece.histograms.push_back(std::move(chunk));
      }
    }
  }
  return found;
}

Selected HeadQuery::select(const Selection& selection, std::size_t maxSamples) {
  View view = this->view();
  auto seen = std::make_shared<const View>(view);
  const Postings ids = matching(selection.matchers);
  const SampleMerge merge(selection.after, selection.until, maxSamples);
  Selected selected;
  for (std::size_t begin = 0; begin < ids.size(); begin += kSeriesOfPart) {
    std::vector<Piece> found = pieces(partOf(ids, begin, kSeriesOfPart), selection, view);
    if (view.openOnceClosed != seen->openOnceClosed) seen = std::make_shared<const View>(view);
    for (Piece& piece : found) {
      if (piece.empty(*seen)) continue;
      auto labels = std::move(piece.labels);
      const auto packed = std::make_shared<const Piece>(std::move(piece));
      selected.series.push_back(
          {std::move(labels), SelectedSamples([merge, packed, seen](SampleColumns room) {
             return packed->read(*seen, merge, std::move(room));
           })});
    }
  }
  std::ranges::sort(selected.series, {},
                    [](const SelectedSeries& one) -> const LabelSet& { return *one.labels; });
  return selected;
}

}  // namespace orchestrator_exporter::history
