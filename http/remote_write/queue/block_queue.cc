#include "http/remote_write/queue/block_queue.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace orchestrator_exporter::remote_write {

namespace {

constexpr std::uint64_t kSegmentBytes = std::uint64_t{4} << 20;

double freeShareOf(const std::filesystem::path& directory) {
  struct statvfs status {};
  if (statvfs(directory.c_str(), &status) != 0 || status.f_blocks == 0) return 1;
  return static_cast<double>(status.f_bavail) / static_cast<double>(status.f_blocks);
}

QueueSettings completed(QueueSettings settings) {
  if (settings.freeShare == nullptr) settings.freeShare = freeShareOf;
  return settings;
}

}  // namespace

BlockQueue::BlockQueue(QueueSettings settings) : settings_(completed(std::move(settings))) {
  if (settings_.directory.empty()) return;
  // A few segments even if there may be little: they go one by one.
  constexpr std::uint64_t kFewest = 4;
  disk_.emplace(settings_.directory, std::min(kSegmentBytes, settings_.maxDiskBytes / kFewest));
  publish();
}

void BlockQueue::append(Block block) {
  {
    const std::lock_guard lock(mutex_);
    moveToDisk();
    if (!memory_.empty() || !writeToDisk(block)) {
      inMemory_ += backlogOf(block);
      memory_.push_back(std::make_shared<const Block>(std::move(block)));
    }
    keepBounds();
    publish();
  }
  changed_.notify_all();
}

// False if the block is to stay in memory.
bool BlockQueue::writeToDisk(const Block& block) {
  if (!disk_) return false;
  try {
    if (settings_.freeShare(settings_.directory) < settings_.leastFree) {
      throw std::system_error(ENOSPC, std::generic_category());
    }
    disk_->append(block);
    setFault("");
    return true;
  } catch (const std::system_error& error) {
    ++counted_.diskFaults;
    setFault(error.code().message());
    return false;
  }
}

void BlockQueue::moveToDisk() {
  while (!memory_.empty() && writeToDisk(*memory_.front())) {
    inMemory_ -= backlogOf(*memory_.front());
    // What is on its way already is the front of the disk from here on, since nothing was on it.
    if (memory_.front() == handedOut_ && disk_->front()) front_ = handedOut_;
    memory_.pop_front();
  }
}

void BlockQueue::keepBounds() {
  while (disk_ && disk_->backlog().bytes > settings_.maxDiskBytes) {
    const Backlog dropped = disk_->dropOldest();
    if (dropped.blocks == 0) break;
    front_ = nullptr;
    counted_.dropped += dropped;
  }
  while (inMemory_.bytes > settings_.maxMemoryBytes) {
    const Backlog dropped = backlogOf(*memory_.front());
    inMemory_ -= dropped;
    counted_.dropped += dropped;
    memory_.pop_front();
  }
}

void BlockQueue::setFault(const std::string& fault) {
  if (fault.empty() == fault_.empty()) return;
  fault_ = fault;
  const std::string directory = settings_.directory;
  if (fault.empty()) {
    settings_.log(false, directory + ": written again");
  } else {
    settings_.log(true,
                  directory + ": cannot be written, what is to be sent waits in memory: " + fault);
  }
}

void BlockQueue::sync() {
  constexpr std::chrono::seconds kSpacing(1);
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!disk_ || now - synced_ < kSpacing) return;
  synced_ = now;
  try {
    disk_->sync();
  } catch (const std::system_error& error) {
    ++counted_.diskFaults;
    setFault(error.code().message());
  }
}

std::shared_ptr<const Block> BlockQueue::front() {
  const std::lock_guard lock(mutex_);
  if (front_ == nullptr && disk_) {
    if (auto block = disk_->front()) front_ = std::make_shared<const Block>(std::move(*block));
  }
  handedOut_ = front_ != nullptr || memory_.empty() ? front_ : memory_.front();
  publish();
  return handedOut_;
}

void BlockQueue::pop(const std::shared_ptr<const Block>& block) {
  const std::lock_guard lock(mutex_);
  handedOut_ = nullptr;
  if (front_ == block) {
    front_ = nullptr;
    try {
      disk_->pop();
    } catch (const std::system_error& error) {
      ++counted_.diskFaults;
      setFault(error.code().message());
    }
  } else if (!memory_.empty() && memory_.front() == block) {
    inMemory_ -= backlogOf(*block);
    memory_.pop_front();
  }
  publish();
}

bool BlockQueue::wait(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return woken_ || !isEmpty(); });
  woken_ = false;
  return !isEmpty();
}

void BlockQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

BlockQueue::Figures BlockQueue::figures() const {
  const std::lock_guard lock(figuresMutex_);
  return published_;
}

void BlockQueue::publish() {
  Figures figures = counted_;
  figures.waiting = inMemory_;
  if (disk_) {
    figures.waiting += disk_->backlog();
    figures.corrupt = disk_->corrupt();
    figures.oldestTime = disk_->oldestTime();
  }
  if (!figures.oldestTime && !memory_.empty() && (!disk_ || disk_->backlog().blocks == 0)) {
    figures.oldestTime = memory_.front()->time;
  }
  const std::lock_guard lock(figuresMutex_);
  published_ = figures;
}

}  // namespace orchestrator_exporter::remote_write
