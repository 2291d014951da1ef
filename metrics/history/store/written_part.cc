#include "metrics/history/store/written_part.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "metrics/history/series_key.h"
#include "metrics/history/store/compaction.h"

namespace orchestrator_exporter::history {

namespace {

// Some hundred thousands of samples, packed in well under a second.
constexpr std::size_t kLargeLog = std::size_t{4} << 20;
// Not worth packing for the time alone.
constexpr std::size_t kSmallLog = std::size_t{64} << 10;

}  // namespace

WrittenPart::Restore WrittenPart::into(Head& head) {
  return {[&head](const WrittenSeries& series, const std::optional<TimedSample>& newest) {
            Head::Results results;
            head.append({series, hashOf(series.labels)}, {.newest = newest}, Selection::kNewest,
                        results);
          },
          [&head](const WrittenHistograms& series, const std::optional<TimedHistogram>& newest) {
            Head::Results results;
            head.append(series, {.newest = newest}, Selection::kNewest, results);
          }};
}

WrittenPart::WrittenPart(Database& database, StoredSeries& series)
    : database_(database),
      series_(series),
      samples_(database),
      histograms_(database),
      newest_(std::max(WrittenChunks<TimedSample>::newestTime(database),
                       WrittenChunks<TimedHistogram>::newestTime(database))),
      packedUntil_(newest_) {}

std::size_t WrittenPart::restore(const Restore& take) {
  return restore(samples_, take.samples) + restore(histograms_, take.histograms);
}

template <typename Sample, typename Take>
std::size_t WrittenPart::restore(Kind<Sample>& kind, const Take& take) {
  return kind.log.read([&](const Numbered<Sample>& one) {
    const auto labels = series_.labels(one.series);
    if (!labels || one.samples.empty()) return;
    const auto [oldest, newest] = std::ranges::minmax(one.samples, {}, &Sample::time);
    series_.widen(one.series, oldest.time, newest.time);
    newest_ = std::max(newest_, newest.time);
    take({labels->view(), one.samples}, kind.packedChunks().newest(one.series));
  });
}

std::vector<MetricMetadata> WrittenPart::families() {
  std::vector<MetricMetadata> all;
  Statement rows(database_, "SELECT name, type, help, unit FROM families");
  while (rows.next()) {
    all.push_back({std::string(rows.text(0)), static_cast<MetricType>(rows.integer(1)),
                   std::string(rows.text(2)), std::string(rows.text(3))});
  }
  return all;
}

void WrittenPart::write(std::span<const std::span<const WrittenSeries>> batches,
                        std::span<const std::span<const WrittenHistograms>> histograms) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  write(samples_, batches);
  write(histograms_, histograms);
  series_.write(database_);
  transaction.commit();
  series_.confirm();
}

template <typename Sample, typename Written>
void WrittenPart::write(Kind<Sample>& kind, std::span<const std::span<const Written>> batches) {
  std::vector<Numbered<Sample>> numbered;
  for (const auto& batch : batches) {
    numbered.clear();
    for (const Written& one : batch) {
      if (one.samples.empty()) continue;
      const auto [oldest, newest] = std::ranges::minmax(one.samples, {}, &Sample::time);
      numbered.push_back({series_.place(one.labels, oldest.time, newest.time), one.samples});
      newest_ = std::max(newest_, newest.time);
    }
    kind.log.add(numbered);
  }
}

void WrittenPart::write(std::span<const MetricMetadata> families) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  Statement insert(database_,
                   "INSERT OR REPLACE INTO families(name, type, help, unit) VALUES(?, ?, ?, ?)");
  for (const MetricMetadata& family : families) {
    insert
        .with(std::string_view(family.family), static_cast<std::int64_t>(family.type),
              std::string_view(family.help), std::string_view(family.unit))
        .run();
  }
  transaction.commit();
}

bool WrittenPart::isDue() const {
  const std::size_t bytes = samples_.log.bytes() + histograms_.log.bytes();
  return bytes > kLargeLog || (bytes > kSmallLog && blockBegin(newest_) > packedUntil_);
}

std::optional<std::size_t> WrittenPart::packIfDue(const Packed& packed) {
  if (!isDue()) return std::nullopt;
  BySeries<TimedSample> samples;
  BySeries<TimedHistogram> histograms;
  Transaction transaction(database_, Transaction::Kind::kWrite);
  const std::size_t damaged = pack(samples_, samples) + pack(histograms_, histograms);
  transaction.commit();
  packedUntil_ = newest_;
  for (const auto& [series, all] : samples) {
    if (const auto labels = series_.labels(series)) packed.samples({labels->view(), all});
  }
  for (const auto& [series, all] : histograms) {
    if (const auto labels = series_.labels(series)) packed.histograms({labels->view(), all});
  }
  return damaged;
}

template <typename Sample>
std::size_t WrittenPart::pack(Kind<Sample>& kind, BySeries<Sample>& samples) {
  const std::size_t damagedRows = kind.log.read([&](const Numbered<Sample>& one) {
    auto& all = samples[one.series];
    all.insert(all.end(), one.samples.begin(), one.samples.end());
  });
  if (samples.empty() && damagedRows == 0) return 0;
  WrittenChunks<Sample>& chunks = kind.packedChunks();
  const std::size_t damagedBefore = chunks.damaged();
  Statement update(database_,
                   "UPDATE series SET began=min(began, ?2), ended=max(ifnull(ended, ?3), ?3) "
                   "WHERE id=?1");
  for (auto& [series, all] : samples) {
    chunks.add(series, all);
    if (all.empty()) continue;
    update.with(std::int64_t{series}, all.front().time, all.back().time).run();
  }
  kind.log.clear();
  return damagedRows + chunks.damaged() - damagedBefore;
}

}  // namespace orchestrator_exporter::history
