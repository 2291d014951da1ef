#include "metrics/history/intake/head_intake.h"

#include <algorithm>
#include <type_traits>

#include "metrics/history/series_key.h"

namespace orchestrator_exporter::history {

namespace {

// Parts that are done in some microseconds.
constexpr std::size_t kSeriesOfPart = 16;
constexpr std::size_t kSamplesOfPart = 256;

// The series with long ones cut in pieces.
std::vector<Head::Written> piecesOf(std::span<const WrittenSeries> series) {
  std::vector<Head::Written> pieces;
  pieces.reserve(series.size());
  for (const WrittenSeries& one : series) {
    const std::uint64_t hash = hashOf(one.labels);
    for (std::size_t begin = 0; begin < one.samples.size(); begin += kSamplesOfPart) {
      const std::size_t size = std::min(kSamplesOfPart, one.samples.size() - begin);
      pieces.push_back({{one.labels, one.samples.subspan(begin, size)}, hash});
    }
  }
  return pieces;
}

}  // namespace

std::vector<AppendResult> HeadIntake::write(std::span<const WrittenSeries> series,
                                            std::int64_t latest) {
  std::vector<AppendResult> results = append(series, latest);
  if (archive_ != nullptr) keep(series, std::span<const AppendResult>(results));
  return results;
}

void HeadIntake::keep(std::span<const WrittenSeries> series) {
  if (archive_ != nullptr) archive_->keep(series);
}

std::vector<AppendResult> HeadIntake::append(std::span<const WrittenSeries> series,
                                             std::int64_t latest) {
  const std::vector<Head::Written> pieces = piecesOf(series);
  std::vector<Head::Results> results(pieces.size());
  {
    const std::lock_guard lock(writing_);
    for (std::size_t begin = 0; begin < pieces.size();) {
      std::size_t end = begin;
      for (std::size_t samples = 0; end < pieces.size() && end - begin < kSeriesOfPart; ++end) {
        samples += pieces[end].series.samples.size();
        if (end > begin && samples > kSamplesOfPart) break;
      }
      append(std::span(pieces).subspan(begin, end - begin), latest,
             std::span(results).subspan(begin, end - begin));
      begin = end;
    }
  }
  std::vector<AppendResult> all;
  for (const Head::Results& some : results) all.insert(all.end(), some.begin(), some.end());
  return all;
}

std::vector<AppendResult> HeadIntake::write(std::span<const WrittenHistograms> series,
                                            std::int64_t latest) {
  Head::Results results;
  {
    const std::lock_guard lock(writing_);
    for (const WrittenHistograms& one : series) {
      if (one.samples.empty() || head_->append(one, latest, results)) continue;
      const auto [oldest, newest] = std::ranges::minmax(one.samples, {}, &TimedHistogram::time);
      head_->append(one, archive_->archivedHistograms(one.labels, oldest.time, newest.time), latest,
                    results);
    }
  }
  if (archive_ != nullptr) keep(series, std::span<const AppendResult>(results));
  return results;
}

void HeadIntake::append(std::span<const Head::Written> series, std::int64_t latest,
                        std::span<Head::Results> results) {
  for (const std::size_t i : head_->append(series, latest, results)) {
    const auto [oldest, newest] =
        std::ranges::minmax(series[i].series.samples, {}, &TimedSample::time);
    const Head::Archived archived =
        archive_->archived(series[i].series.labels, oldest.time, newest.time);
    head_->append(series[i], archived, latest, results[i]);
  }
}

// What was there already goes to the archive again: who writes it a second time may have been told
// that it was not kept.
template <typename Written>
void HeadIntake::keep(std::span<const Written> series,
                      std::span<const AppendResult> results) const {
  if (std::ranges::all_of(results, isKept)) return archive_->keep(series);
  using Sample = std::remove_const_t<typename decltype(Written::samples)::element_type>;
  std::vector<std::vector<Sample>> taken(series.size());
  std::vector<Written> kept;
  auto result = results.begin();
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (const Sample& sample : series[i].samples) {
      if (isKept(*result++)) taken[i].push_back(sample);
    }
    if (!taken[i].empty()) kept.push_back({series[i].labels, taken[i]});
  }
  if (!kept.empty()) archive_->keep(std::span<const Written>(kept));
}

void HeadIntake::describe(std::span<const MetricMetadata> families) {
  const std::vector<MetricMetadata> news = head_->describe(families);
  if (archive_ != nullptr && !news.empty()) archive_->keep(news);
}

}  // namespace orchestrator_exporter::history
