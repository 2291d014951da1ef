#include "metrics/history/store/store_file.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "metrics/history/store/block_writer.h"
#include "metrics/history/store/compaction.h"
#include "metrics/history/store/schema.h"
#include "metrics/history/store/store_query.h"
#include "metrics/history/store/tiers.h"

namespace orchestrator_exporter::history {

namespace {

// A clock that was put back by more than this starts over; by less, readings wait until it is where
// it was.
constexpr std::int64_t kPutBack = kHour;

constexpr std::size_t kIdleReaders = 2;

// Of the connection that writes: half a megabyte of pages.
constexpr const char* kSmallCache = "PRAGMA cache_size=-512";
// Of a connection that answers queries: the same panels are asked again and again.
constexpr const char* kQueryCache = "PRAGMA cache_size=-4096";

std::int64_t newestOf(Database& database) {
  Statement newest(database,
                   "SELECT max(last) FROM (SELECT max(time) AS last FROM log UNION ALL "
                   "SELECT max(last) FROM blocks WHERE step=0)");
  const bool isThere = newest.next() && !newest.isNull(0);
  return isThere ? newest.integer(0) : Selection::kOldest;
}

bool hasToDoWith(const BlockStretch& stretch, const Selection& selection,
                 std::int64_t readingsUntil) {
  const std::int64_t until = stretch.origin == Origin::kWritten
                                 ? selection.until
                                 : std::min(selection.until, readingsUntil);
  return stretch.first <= until && stretch.last > beginOf(selection, stretch.step);
}

std::size_t rowsOfLog(Database& database) {
  return static_cast<std::size_t>(database.integer("SELECT count(*) FROM log"));
}

Database openFile(const std::filesystem::path& file) {
  Database database(file, Database::Mode::kCreate);
  database.execute(kSmallCache);
  prepareSchema(database);
  // The file beside it that is written first stays at some megabytes.
  database.execute("PRAGMA wal_autocheckpoint=128; PRAGMA journal_size_limit=4194304");
  return database;
}

}  // namespace

// A connection that only reads, for one question at a time.
class StoreFile::Reading {
 public:
  explicit Reading(const StoreFile& file) : file_(file) {
    const std::lock_guard lock(file_.mutex_);
    if (file_.readers_.empty()) return;
    database_ = std::move(file_.readers_.back());
    file_.readers_.pop_back();
  }
  // Gives it back; who failed has not called this.
  void done() {
    const std::lock_guard lock(file_.mutex_);
    if (file_.readers_.size() < kIdleReaders) file_.readers_.push_back(std::move(database_));
  }
  Database& database() {
    if (database_ == nullptr) {
      database_ = std::make_unique<Database>(file_.config_.file, Database::Mode::kReadOnly);
      database_->execute(kQueryCache);
    }
    return *database_;
  }

 private:
  const StoreFile& file_;
  std::unique_ptr<Database> database_;
};

StoreFile::StoreFile(Config config)
    : config_(std::move(config)),
      database_(openFile(config_.file)),
      series_(config_.external),
      written_(database_, series_),
      newest_(newestOf(database_)),
      logRows_(rowsOfLog(database_)),
      retention_(config_.retention) {
  series_.load(database_, newest_);
  learnTimes();
}

// Called before a head forgets what was put into blocks and chunks.
void StoreFile::learnTimes() {
  std::vector<BlockStretch> stretches = BlockReader::stretches(database_);
  const std::int64_t newestChunk = std::max(WrittenChunks<TimedSample>::newestTime(database_),
                                            WrittenChunks<TimedHistogram>::newestTime(database_));
  const std::lock_guard lock(mutex_);
  stretches_ = std::move(stretches);
  newestChunk_ = std::max(newestChunk_, newestChunk);
}

void StoreFile::setRetention(const Retention& retention) {
  const std::lock_guard lock(mutex_);
  retention_ = retention;
}

Retention StoreFile::retention() const {
  const std::lock_guard lock(mutex_);
  return retention_;
}

void StoreFile::restore(const Restore& take) {
  decltype(Head::Restored::histograms) last;
  const std::size_t damaged = restoreLog(database_, series_, [&](const Head::Restored& reading) {
    take(reading);
    last = reading.histograms;
  });
  series_.resume(last);
  const std::lock_guard lock(mutex_);
  losses_.damaged += damaged;
}

void StoreFile::restore(const WrittenPart::Restore& take) {
  const std::size_t damaged = written_.restore(take);
  const std::lock_guard lock(mutex_);
  losses_.damaged += damaged;
}

bool StoreFile::isInOrder(std::int64_t time) {
  if (time > newest_) return true;
  if (newest_ - time < kPutBack) return false;
  write();
  compactLog(database_, Selection::kNewest);
  learnTimes();
  database_.execute("DELETE FROM log");
  log_.standAlone();
  logRows_ = 0;
  compactedUntil_ = Selection::kOldest;
  return true;
}

void StoreFile::take(const Snapshot& reading) {
  const std::int64_t time =
      std::chrono::floor<std::chrono::milliseconds>(reading.time.time_since_epoch()).count();
  if (!isInOrder(time)) {
    const std::lock_guard lock(mutex_);
    ++losses_.refused;
    return;
  }
  newest_ = time;
  series_.follow(reading, time);
  const std::size_t givenUp = log_.add(time, series_.ids(), series_.values(), series_.histograms());
  const std::lock_guard lock(mutex_);
  losses_.waited += givenUp;
}

std::size_t StoreFile::write() {
  const std::size_t written = log_.write(database_, series_);
  logRows_ += written;
  return written;
}

bool StoreFile::maintain(const WrittenPart::Packed& packed) {
  if (written_.isDue()) {
    const std::lock_guard lock(mutex_);
    newestChunk_ = std::max(newestChunk_, written_.newest());
  }
  const auto damaged = written_.packIfDue(packed);
  const bool isCompacted = compact();
  const bool hasPacked = damaged || isCompacted;
  if (!hasPacked && isRetained_) return false;
  const Retained retained = retain(database_, retention(), std::max(newest_, written_.newest()));
  series_.remove(retained.gone);
  learnTimes();
  isRetained_ = retained.isDone;
  const std::lock_guard lock(mutex_);
  losses_.damaged += damaged.value_or(0);
  return hasPacked;
}

bool StoreFile::compact() {
  if (newest_ == Selection::kOldest) return false;  // there was no reading
  const bool isFull = logRows_ > BlockWriter::kMostReadings;
  const std::int64_t boundary = isFull ? newest_ : blockBegin(newest_);
  if (boundary <= compactedUntil_) return false;
  const auto damaged = compactLog(database_, boundary);
  makeTiers(database_, boundary);
  learnTimes();
  compactedUntil_ = boundary;
  logRows_ = rowsOfLog(database_);
  const std::lock_guard lock(mutex_);
  losses_.damaged += damaged.value_or(0);
  return damaged.has_value();
}

bool StoreFile::mayHave(const Selection& selection, const Postings& ids,
                        std::int64_t readingsUntil) const {
  if (ids.empty()) return false;
  std::int64_t newestChunk = Selection::kNewest;
  {
    const std::lock_guard lock(mutex_);
    const bool isInBlocks = std::ranges::any_of(stretches_, [&](const BlockStretch& stretch) {
      return hasToDoWith(stretch, selection, readingsUntil);
    });
    if (isInBlocks) return true;
    newestChunk = newestChunk_;
  }
  return newestChunk > selection.after && series_.mayBeWritten(ids);
}

// Most questions are about the last minutes, which a head has: these ask no disk.
Selected StoreFile::select(const Selection& selection, std::int64_t readingsUntil,
                           std::size_t maxSamples) const {
  const Postings ids = StoreQuery::matching(selection, series_.data());
  if (!mayHave(selection, ids, readingsUntil)) return {};
  Reading reading(*this);
  Selected selected;
  std::size_t damaged = 0;
  {
    StoreQuery query(reading.database(), series_.data());
    selected = query.select(selection, ids, readingsUntil, maxSamples);
    damaged = query.damaged();
  }
  reading.done();
  const std::lock_guard lock(mutex_);
  losses_.damaged += damaged;
  return selected;
}

template <typename Sample>
Head::ArchivedOf<Sample> StoreFile::archived(std::span<const Label> labels, std::int64_t from,
                                             std::int64_t until) const {
  const auto series = series_.find(labels);
  if (!series) return {};
  Reading reading(*this);
  Head::ArchivedOf<Sample> archived;
  {
    WrittenChunks<Sample> chunks(reading.database());
    const Transaction moment(reading.database(), Transaction::Kind::kRead);
    archived = {chunks.newest(*series), chunks.samples(*series, from, until)};
  }
  reading.done();
  return archived;
}

template Head::Archived StoreFile::archived<TimedSample>(std::span<const Label>, std::int64_t,
                                                         std::int64_t) const;
template Head::ArchivedHistograms StoreFile::archived<TimedHistogram>(std::span<const Label>,
                                                                      std::int64_t,
                                                                      std::int64_t) const;

std::size_t StoreFile::seriesCount() const {
  const AppendLock::Asking lock(series_.data().lock);
  return series_.data().table.size();
}

StoreFile::Losses StoreFile::losses() const {
  const std::lock_guard lock(mutex_);
  return losses_;
}

std::uint64_t StoreFile::bytes() const {
  std::uint64_t bytes = 0;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code none;
    const auto size = std::filesystem::file_size(config_.file.string() + suffix, none);
    if (!none) bytes += size;
  }
  return bytes;
}

void StoreFile::copyTo(const std::filesystem::path& to) const {
  Reading reading(*this);
  reading.database().copyTo(to);
  reading.done();
}

}  // namespace orchestrator_exporter::history
