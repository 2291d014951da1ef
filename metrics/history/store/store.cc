#include "metrics/history/store/store.h"

#include <exception>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

// A disk that takes longer than so many readings loses them.
constexpr std::size_t kMostInQueue = 16;

}  // namespace

Store::Store(Config config, std::shared_ptr<Head> head)
    : config_(std::move(config)), head_(std::move(head)), retention_(config_.retention) {
  try {
    open([&](const Head::Restored& reading) { head_->restore(reading); });
    figures_.up = true;
  } catch (const std::exception& error) {
    fail(error.what());
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Store::~Store() {
  thread_.request_stop();
  thread_.join();
}

void Store::setRetention(const Retention& retention) {
  const std::lock_guard lock(mutex_);
  retention_ = retention;
  if (file_ != nullptr) file_->setRetention(retention);
}

void Store::take(std::shared_ptr<const Snapshot> reading) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() == kMostInQueue) {
      queue_.pop_front();
      ++figures_.lost;
    }
    queue_.push_back(std::move(reading));
  }
  wakes_.notify_one();
}

void Store::keep(std::span<const WrittenSeries> series) { keep(Writing{.series = series}); }

void Store::keep(std::span<const WrittenHistograms> series) { keep(Writing{.histograms = series}); }

void Store::keep(std::span<const MetricMetadata> families) { keep(Writing{.families = families}); }

void Store::keep(Writing writing) {
  std::unique_lock lock(mutex_);
  writings_.push_back(&writing);
  wakes_.notify_one();
  written_.wait(lock, [&] { return writing.isDone; });
  if (!writing.fault.empty()) throw NotKept("not written to disk: " + writing.fault);
}

void Store::drain() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return queue_.empty() && writings_.empty() && !isBusy_; });
}

void Store::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wakes_.wait(lock, stop, [&] { return !queue_.empty() || !writings_.empty(); });
    if (queue_.empty() && writings_.empty()) return;
    std::shared_ptr<const Snapshot> reading;
    if (!queue_.empty()) {
      reading = std::move(queue_.front());
      queue_.pop_front();
    }
    const std::vector<Writing*> writings = std::exchange(writings_, {});
    isBusy_ = true;
    lock.unlock();
    if (reading != nullptr) handle(*reading);
    if (!writings.empty()) handle(writings);
    lock.lock();
    isBusy_ = false;
    drained_.notify_all();
  }
}

void Store::handle(const Snapshot& reading) {
  if (!openIfDue()) {
    const std::lock_guard lock(mutex_);
    ++figures_.lost;
    return;
  }
  try {
    file_->take(reading);
    const std::size_t written = file_->write();
    {
      const std::lock_guard lock(mutex_);
      figures_.written += written;
    }
    maintain();
    recover();
  } catch (const std::exception& error) {
    giveUp(error);
  }
}

void Store::giveUp(const std::exception& error) {
  fail(error.what());
  const auto* const fault = dynamic_cast<const DatabaseError*>(&error);
  // Another exception says that what was read back makes no sense, though its checksum is right.
  if (fault == nullptr || fault->needsOtherFile()) close();
}

void Store::maintain() {
  const bool isCompacted =
      file_->maintain({[&](const WrittenSeries& series) { head_->forget(series); },
                       [&](const WrittenHistograms& series) { head_->forget(series); }});
  const std::lock_guard lock(mutex_);
  if (isCompacted) ++figures_.compactions;
}

// Who wrote it waits no longer than it takes to be written.
void Store::handle(std::span<Writing* const> writings) {
  const std::string fault = openIfDue() ? write(writings) : "it is not open: " + fault_;
  {
    const std::lock_guard lock(mutex_);
    for (Writing* const writing : writings) {
      writing->fault = fault;
      writing->isDone = true;
    }
  }
  written_.notify_all();
  if (!fault.empty()) return;
  try {
    maintain();
    recover();
  } catch (const std::exception& error) {
    giveUp(error);
  }
}

// Returns what went wrong; empty if nothing did.
std::string Store::write(std::span<Writing* const> writings) {
  std::vector<std::span<const WrittenSeries>> batches;
  std::vector<std::span<const WrittenHistograms>> histograms;
  for (const Writing* const writing : writings) {
    if (!writing->series.empty()) batches.push_back(writing->series);
    if (!writing->histograms.empty()) histograms.push_back(writing->histograms);
  }
  try {
    if (!batches.empty() || !histograms.empty()) file_->write(batches, histograms);
    for (const Writing* const writing : writings) {
      if (!writing->families.empty()) file_->write(writing->families);
    }
    return {};
  } catch (const std::exception& error) {
    giveUp(error);
    return "the disk: " + fault_;
  }
}

// Who asks has a copy of the pointer; only this thread changes it.
std::shared_ptr<const StoreFile> Store::file() const {
  const std::lock_guard lock(mutex_);
  return file_;
}

void Store::open(const StoreFile::Restore& restore) {
  nextTry_ = std::chrono::steady_clock::now() + config_.retry;
  if (!directory_) directory_.emplace(config_.directory);
  const auto file = std::make_shared<StoreFile>(
      StoreFile::Config{directory_->path() / "history.db", config_.external, config_.retention});
  file->restore(restore);
  restoreWritten(*file);
  const std::lock_guard lock(mutex_);
  file->setRetention(retention_);
  file_ = file;
}

void Store::restoreWritten(StoreFile& file) {
  file.restore(WrittenPart::into(*head_));
  head_->describe(file.families());
}

template <typename Sample>
Head::ArchivedOf<Sample> Store::archivedOf(std::span<const Label> labels, std::int64_t from,
                                           std::int64_t until) const {
  const auto file = this->file();
  if (file == nullptr) return {};
  try {
    return file->archived<Sample>(labels, from, until);
  } catch (const std::exception& error) {
    throw NotKept("what is on disk cannot be read: " + std::string(error.what()));
  }
}

Head::Archived Store::archived(std::span<const Label> labels, std::int64_t from,
                               std::int64_t until) const {
  return archivedOf<TimedSample>(labels, from, until);
}

Head::ArchivedHistograms Store::archivedHistograms(std::span<const Label> labels, std::int64_t from,
                                                   std::int64_t until) const {
  return archivedOf<TimedHistogram>(labels, from, until);
}

bool Store::openIfDue() {
  if (file_ != nullptr) return true;
  if (std::chrono::steady_clock::now() < nextTry_) return false;
  try {
    // The head goes on with what it has.
    open([](const Head::Restored&) {});
    return true;
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

void Store::close() {
  const StoreFile::Losses losses = file_->losses();
  const std::lock_guard lock(mutex_);
  figures_.lost += losses.waited + file_->waiting();
  figures_.refused += losses.refused;
  figures_.damaged += losses.damaged;
  file_ = nullptr;
}

void Store::fail(const std::string& what) {
  {
    const std::lock_guard lock(mutex_);
    figures_.up = false;
    ++figures_.faults;
  }
  if (what == fault_) return;
  if (fault_.empty()) lostBefore_ = figures().lost;
  fault_ = what;
  config_.log(true,
              "the history is not written to disk: " + config_.directory.string() + ": " + what);
}

void Store::recover() {
  {
    const std::lock_guard lock(mutex_);
    figures_.up = true;
  }
  if (fault_.empty()) return;
  fault_.clear();
  config_.log(false, "the history is written to disk again; readings lost: " +
                         std::to_string(figures().lost - lostBefore_));
}

Selected Store::select(const Selection& selection, std::int64_t readingsUntil,
                       std::size_t maxSamples) const {
  const auto file = this->file();
  return file == nullptr ? Selected() : file->select(selection, readingsUntil, maxSamples);
}

Store::Figures Store::figures() const {
  std::shared_ptr<StoreFile> file;
  Figures figures;
  {
    const std::lock_guard lock(mutex_);
    figures = figures_;
    file = file_;
  }
  if (file == nullptr) return figures;
  const StoreFile::Losses losses = file->losses();
  figures.lost += losses.waited;
  figures.refused += losses.refused;
  figures.damaged += losses.damaged;
  figures.series = file->seriesCount();
  figures.bytes = file->bytes();
  return figures;
}

}  // namespace orchestrator_exporter::history
