#include "metrics/history/store/store.h"

#include <exception>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

// A disk that takes longer than so many readings loses them.
constexpr std::size_t kMostInQueue = 16;

}  // namespace

Store::Store(Config config, Head& head) : config_(std::move(config)) {
  try {
    open([&](std::int64_t time, std::optional<std::span<const LabelSet>> series,
             std::span<const double> values) { head.restore(time, series, values); });
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

void Store::drain() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return queue_.empty() && !isBusy_; });
}

void Store::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wakes_.wait(lock, stop, [&] { return !queue_.empty(); });
    if (queue_.empty()) return;
    const auto reading = std::move(queue_.front());
    queue_.pop_front();
    isBusy_ = true;
    lock.unlock();
    handle(*reading);
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
    const bool isCompacted = file_->maintain();
    recover();
    const std::lock_guard lock(mutex_);
    if (isCompacted) ++figures_.compactions;
  } catch (const DatabaseError& error) {
    fail(error.what());
    if (error.needsOtherFile()) close();
  } catch (const std::exception& error) {
    // What was read back makes no sense, though its checksum is right.
    fail(error.what());
    close();
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
  const std::lock_guard lock(mutex_);
  file_ = file;
}

bool Store::openIfDue() {
  if (file_ != nullptr) return true;
  if (std::chrono::steady_clock::now() < nextTry_) return false;
  try {
    // The head goes on with what it has.
    open([](auto&&...) {});
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

Selected Store::select(const Selection& selection, std::size_t maxSamples) const {
  const auto file = this->file();
  return file == nullptr ? Selected() : file->select(selection, maxSamples);
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
