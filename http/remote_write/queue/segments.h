#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

#include "http/remote_write/queue/block.h"
#include "metrics/history/store/state_directory.h"

namespace orchestrator_exporter::remote_write {

// What waits in a queue, or was taken out of one.
struct Backlog {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t samples = 0;
  std::uint64_t histograms = 0;
  std::uint64_t exemplars = 0;

  Backlog& operator+=(const Backlog& other);
  Backlog& operator-=(const Backlog& other);
};

Backlog backlogOf(const Block& block);

// A queue of blocks in a directory that one process at a time has: numbered segments, and a small
// file that says up to where they are done with. What was appended outlasts the process, and after
// sync() a loss of power. A record that a crash cut off is cut off; at a damaged one the rest of
// its segment is passed over and counted. For one thread at a time.
class Segments {
 public:
  // Opens the directory, which is made if it is missing. Throws std::runtime_error with the reason
  // if that fails or another process has it. A segment gets no further block once it has
  // `segmentBytes`.
  Segments(const std::filesystem::path& directory, std::uint64_t segmentBytes);
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  // Throws std::system_error, and nothing was appended.
  void append(const Block& block);
  // Throws std::system_error.
  void sync();

  // The oldest block; nullopt if there is none.
  std::optional<Block> front();
  // Takes the oldest block out, which front() gave. Throws std::system_error if that could not be
  // written down: after a crash the block is there again.
  void pop();
  // Takes the blocks of the oldest segment out; none if there is only that which is written.
  Backlog dropOldest();

  const Backlog& backlog() const { return backlog_; }
  // Of the oldest block in milliseconds, as its segment says; nullopt without blocks.
  std::optional<std::int64_t> oldestTime() const;
  std::uint64_t corrupt() const { return corrupt_; }

 private:
  struct Segment {
    std::uint64_t number;
    std::uint64_t size = 0;  // of the file
    Backlog waiting = {};
  };
  class File;

  std::filesystem::path pathOf(std::uint64_t number) const;
  void list();
  void restorePosition();
  Segment scanned(std::uint64_t number, std::uint64_t from) const;
  void beginSegment();
  void passOverRest();
  void dropFirst();
  void savePosition() const;

  const history::StateDirectory directory_;
  const std::uint64_t segmentBytes_;
  std::deque<Segment> segments_;  // the oldest first; the last one is written
  std::uint64_t nextNumber_ = 1;
  std::uint64_t offset_ = 0;      // of the oldest block in its segment
  std::uint64_t frontBytes_ = 0;  // of the record that front() gave
  std::unique_ptr<File> reading_;
  std::unique_ptr<File> writing_;
  std::optional<std::int64_t> frontTime_;
  Backlog backlog_;
  std::uint64_t corrupt_ = 0;
};

}  // namespace orchestrator_exporter::remote_write
