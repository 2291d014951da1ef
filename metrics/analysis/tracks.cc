#include "metrics/analysis/tracks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Track trackOf(const Signal& signal, const promql::ResultSeries& series, const Grid& grid) {
  Track track{signal, *series.labels};
  track.labels.remove("__name__");
  if (signal.name == kRecordedSignals && track.labels.has("signal")) {
    track.signal.name = std::string(track.labels.get("signal"));
    track.labels.remove("signal");
  }
  const auto count = static_cast<std::size_t>((grid.end - grid.start) / grid.step + 1);
  track.values.assign(count, kNaN);
  track.times.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    track.times.push_back(grid.start + static_cast<std::int64_t>(i) * grid.step);
  }
  for (const promql::Point& point : series.points) {
    const auto place = static_cast<std::size_t>((point.time - grid.start) / grid.step);
    if (place < count && std::isfinite(point.value)) track.values[place] = point.value;
  }
  return track;
}

}  // namespace

statistics::Observations Track::between(std::int64_t after, std::int64_t until) const {
  const auto first = std::upper_bound(times.begin(), times.end(), after) - times.begin();
  const auto last = std::upper_bound(times.begin(), times.end(), until) - times.begin();
  const auto at = static_cast<std::size_t>(first);
  const auto count = static_cast<std::size_t>(std::max(last - first, std::ptrdiff_t{0}));
  return {std::span(values).subspan(at, count), std::span(times).subspan(at, count)};
}

std::int64_t Track::spacing() const {
  std::vector<double> distances;
  for (std::size_t i = 1; i < times.size(); ++i) {
    distances.push_back(static_cast<double>(times[i] - times[i - 1]));
  }
  return distances.empty() ? 0 : std::llround(statistics::median(distances));
}

std::vector<Track> evaluate(const Question& question, const Signal& signal, const Grid& grid) {
  std::vector<Track> tracks;
  if (grid.end < grid.start) return tracks;
  const promql::QueryResult result = question.engine.range(
      question.history, withRules(withAliases(signal.expression)), grid.start, grid.end, grid.step);
  std::set<std::string_view> names;
  for (const promql::ResultSeries& series : result.series) {
    names.insert(series.labels->get("__name__"));
  }
  for (const promql::ResultSeries& series : result.series) {
    if (series.points.empty()) continue;
    tracks.push_back(trackOf(signal, series, grid));
    const bool isRecorded = signal.name == kRecordedSignals;
    if (names.size() > 1 && !isRecorded && series.labels->has("__name__")) {
      tracks.back().signal.name = std::string(series.labels->get("__name__"));
    }
  }
  return tracks;
}

Track inSteps(const Track& track, std::int64_t step) {
  Track result{track.signal, track.labels};
  if (track.times.empty()) return result;
  const auto begin = [&](std::int64_t time) { return time - (time % step + step) % step; };
  const std::int64_t first = begin(track.times.front());
  const auto count = static_cast<std::size_t>((begin(track.times.back()) - first) / step + 1);
  std::vector<statistics::Moments> parts(count);
  for (std::size_t i = 0; i < track.times.size(); ++i) {
    parts[static_cast<std::size_t>((track.times[i] - first) / step)].add(track.values[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    result.times.push_back(first + static_cast<std::int64_t>(i) * step);
    result.values.push_back(parts[i].mean());
  }
  return result;
}

std::string trackName(const Track& track, const std::vector<Track>& all) {
  std::map<std::string, std::set<std::string>> values;
  for (const Track& other : all) {
    if (other.signal.name != track.signal.name) continue;
    for (const auto& [name, value] : other.labels) values[name].insert(value);
  }
  for (const Track& other : all) {
    if (other.signal.name != track.signal.name) continue;
    for (auto& [name, known] : values) known.insert(std::string(other.labels.get(name)));
  }
  std::string text;
  for (const auto& [name, known] : values) {
    if (known.size() < 2) continue;
    text += (text.empty() ? "{" : ",") + name + "=" + std::string(track.labels.get(name));
  }
  return track.signal.name + text + (text.empty() ? "" : "}");
}

}  // namespace orchestrator_exporter::analysis
