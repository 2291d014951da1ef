#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "http/remote_write/queue/block.h"
#include "http/remote_write/queue/segments.h"

namespace orchestrator_exporter::remote_write {

struct QueueSettings {
  // Where the blocks are kept; empty: in memory alone.
  std::filesystem::path directory = {};
  std::uint64_t maxDiskBytes = std::uint64_t{1} << 30;
  std::uint64_t maxMemoryBytes = std::uint64_t{64} << 20;
  // Nothing is written while less of the file system than this share is free.
  double leastFree = 0.05;
  // The share of the directory's file system that is free; asked at each block.
  std::function<double(const std::filesystem::path&)> freeShare = {};
  // Told when the disk begins to be unusable and when it is usable again.
  std::function<void(bool isFault, const std::string&)> log = [](bool, const std::string&) {};
};

// The blocks that wait for one shard of one destination, on disk, and in memory while the disk
// cannot take them; the oldest go when they take more than they may. Any thread may call anything;
// blocks are taken out by one.
class BlockQueue {
 public:
  struct Figures {
    Backlog waiting;
    Backlog dropped;  // because they took more than they may
    std::uint64_t corrupt = 0;
    std::uint64_t diskFaults = 0;                 // blocks that the disk did not take at once
    std::optional<std::int64_t> oldestTime = {};  // milliseconds, as far as known
  };

  // Throws std::runtime_error with the reason if the directory cannot be used.
  explicit BlockQueue(QueueSettings settings);

  void append(Block block);
  // What was appended survives a loss of power from here on, if the last call was a second ago.
  void sync();

  // The oldest block; null if there is none.
  std::shared_ptr<const Block> front();
  // Takes it out, unless it is gone already.
  void pop(const std::shared_ptr<const Block>& block);
  // Waits until there is a block, `until`, or somebody calls wake(); true if there is a block.
  bool wait(std::chrono::steady_clock::time_point until);
  void wake();

  Figures figures() const;

 private:
  bool isEmpty() const { return memory_.empty() && (!disk_ || disk_->backlog().blocks == 0); }
  bool writeToDisk(const Block& block);
  void moveToDisk();
  void keepBounds();
  void setFault(const std::string& fault);
  void publish();

  const QueueSettings settings_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool woken_ = false;
  std::optional<Segments> disk_;
  std::deque<std::shared_ptr<const Block>> memory_;  // newer than all on disk
  Backlog inMemory_;
  std::shared_ptr<const Block> front_;      // of the disk, once it was asked for
  std::shared_ptr<const Block> handedOut_;  // by front(), and not taken out yet
  std::chrono::steady_clock::time_point synced_;
  std::string fault_;  // empty if there is none
  Figures counted_;

  mutable std::mutex figuresMutex_;  // never held while the disk is used
  Figures published_;
};

}  // namespace orchestrator_exporter::remote_write
