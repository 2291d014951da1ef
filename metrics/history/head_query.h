#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head_data.h"

namespace orchestrator_exporter::history {

// One question to the head. Holds its lock for some microseconds at a time; what is slow, regular
// expressions and unpacking, it does between. For one thread.
class HeadQuery {
 public:
  explicit HeadQuery(HeadData& data) : data_(data) {}

  // The samples until the newest reading at the time of the call, packed until they are looked at,
  // which throws TooManySamples if a series has more than `maxSamples`.
  Selected select(const Selection& selection, std::size_t maxSamples);

  // What a History answers.
  std::vector<LabelSet> series(const SeriesFilter& filter);
  std::vector<std::string> labelNames(const SeriesFilter& filter);
  std::vector<std::string> labelValues(std::string_view name, const SeriesFilter& filter);

  // The series that match all.
  Postings matching(std::span<const LabelMatcher> matchers);
  // Those that match any and have samples in the time asked for.
  Postings matching(const SeriesFilter& filter);
  // Calls `take` under the lock with each of the series that is still there.
  void forEach(const Postings& ids, const std::function<void(const Series&)>& take);
  // In the order of their numbers.
  std::vector<LabelSet> labelSets(const Postings& ids);

 private:
  struct Piece;
  struct View;

  // Whether all series are asked for.
  bool isOverAll(const SeriesFilter& filter);
  // All names of labels, and all values of one, sorted.
  std::vector<std::string> names();
  std::vector<std::string> values(std::string_view name);
  Postings all();
  Postings seriesWith(std::string_view name, std::string_view value);
  // A matcher that asks for one value, and how many series have that.
  struct Counted {
    std::size_t series;
    const LabelMatcher* matcher;
  };
  // All of this kind, the one with the fewest series first.
  std::vector<Counted> equalities(std::span<const LabelMatcher> matchers);
  Postings equalToAll(std::span<const Counted> matchers);
  Postings withLabel(const Postings& ids, const LabelMatcher& matcher);
  Postings seriesWhere(std::string_view name, const std::function<bool(std::string_view)>& is);
  Postings positive(const LabelMatcher& matcher);
  Postings excluded(const LabelMatcher& matcher);
  View view();
  std::vector<Piece> pieces(std::span<const SeriesId> ids, const Selection& selection, View& view);

  HeadData& data_;
};

}  // namespace orchestrator_exporter::history
