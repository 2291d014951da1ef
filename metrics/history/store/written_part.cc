#include "metrics/history/store/written_part.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "metrics/history/store/compaction.h"

namespace orchestrator_exporter::history {

namespace {

// Some hundred thousands of samples, packed in well under a second.
constexpr std::size_t kLargeLog = std::size_t{4} << 20;
// Not worth packing for the time alone.
constexpr std::size_t kSmallLog = std::size_t{64} << 10;

}  // namespace

WrittenPart::WrittenPart(Database& database, StoredSeries& series)
    : database_(database),
      series_(series),
      log_(database),
      newest_(WrittenChunks::newestTime(database)),
      packedUntil_(newest_) {}

WrittenChunks& WrittenPart::chunks() { return chunks_ ? *chunks_ : chunks_.emplace(database_); }

std::size_t WrittenPart::restore(const Restore& take) {
  return log_.read([&](const NumberedSamples& one) {
    const auto labels = series_.labels(one.series);
    if (!labels || one.samples.empty()) return;
    const auto [oldest, newest] = std::ranges::minmax(one.samples, {}, &TimedSample::time);
    series_.widen(one.series, oldest.time, newest.time);
    newest_ = std::max(newest_, newest.time);
    take({labels->view(), one.samples}, chunks().newest(one.series));
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

void WrittenPart::write(std::span<const std::span<const WrittenSeries>> batches) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  std::vector<NumberedSamples> numbered;
  for (const auto& batch : batches) {
    numbered.clear();
    for (const WrittenSeries& one : batch) {
      if (one.samples.empty()) continue;
      const auto [oldest, newest] = std::ranges::minmax(one.samples, {}, &TimedSample::time);
      numbered.push_back({series_.place(one.labels, oldest.time, newest.time), one.samples});
      newest_ = std::max(newest_, newest.time);
    }
    log_.add(numbered);
  }
  series_.write(database_);
  transaction.commit();
  series_.confirm();
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
  if (log_.bytes() > kLargeLog) return true;
  return log_.bytes() > kSmallLog && blockBegin(newest_) > packedUntil_;
}

std::optional<std::size_t> WrittenPart::packIfDue(const Take& packed) {
  if (!isDue()) return std::nullopt;
  const std::size_t damagedBefore = chunks().damaged();
  std::map<SeriesId, std::vector<TimedSample>> samples;
  const std::size_t damagedRows = log_.read([&](const NumberedSamples& one) {
    auto& all = samples[one.series];
    all.insert(all.end(), one.samples.begin(), one.samples.end());
  });
  Transaction transaction(database_, Transaction::Kind::kWrite);
  Statement update(database_,
                   "UPDATE series SET began=min(began, ?2), ended=max(ifnull(ended, ?3), ?3) "
                   "WHERE id=?1");
  for (auto& [series, all] : samples) {
    chunks().add(series, all);
    if (all.empty()) continue;
    update.with(std::int64_t{series}, all.front().time, all.back().time).run();
  }
  log_.clear();
  transaction.commit();
  packedUntil_ = newest_;
  for (const auto& [series, all] : samples) {
    if (const auto labels = series_.labels(series)) packed({labels->view(), all});
  }
  return damagedRows + chunks().damaged() - damagedBefore;
}

}  // namespace orchestrator_exporter::history
