#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// A process, or a thread of one, as its directory lists it.
struct TaskEntry {
  int id = 0;
  std::uint64_t inode = 0;
};

// Reads the files of many processes (proc(5)) at the least cost: one descriptor for the procfs
// root, paths relative to it, one buffer. Nothing below /proc/<pid> is ever kept open. Errors are
// errnos, because processes end at any time and that is no exception. For one thread at a time.
class ProcessDirectory {
 public:
  explicit ProcessDirectory(std::string root);

  // True if the root is a mounted procfs and not a copy of one on a disk.
  bool live() const { return live_; }
  // True if it is live and shows the process numbers that system calls of this process take.
  bool sharesProcessIds() const { return sharesProcessIds_; }

  // All processes, by number. Returns 0 or the errno of a listing that failed.
  int list(std::vector<TaskEntry>& processes);
  // The threads of a process, by number. Returns 0 or an errno.
  int listThreads(int process, std::vector<TaskEntry>& threads);

  struct Result {
    std::string_view text;  // valid until the next read
    int error = 0;          // errno
  };
  // The whole content of proc/<pid>/<file>, for a file that the kernel writes in one piece.
  Result read(int process, std::string_view file);
  // The same for a file that the kernel writes piece by piece, as it does smaps.
  Result readPieces(int process, std::string_view file);
  // The whole content of proc/<pid>/task/<tid>/<file>.
  Result read(int process, int thread, std::string_view file);

  // How many descriptors the process has open, or a negative errno. Linux from 6.2 on tells it as
  // the size of proc/<pid>/fd; elsewhere the entries are counted.
  std::int64_t countDescriptors(int process);
  // The soft limit of open descriptors without reading a file, where the kernel allows that (the
  // same user, or CAP_SYS_RESOURCE); a negative errno elsewhere.
  std::int64_t descriptorLimit(int process) const;

  // Gives memory back that an uncommonly large file took; called once a scrape.
  void trim();

 private:
  const char* path(int process, std::initializer_list<std::string_view> rest);
  Descriptor open(const char* relative, int flags) const;
  enum class Extent : std::uint8_t { kOnePiece, kPieces };
  Result readPath(const char* relative, Extent extent = Extent::kOnePiece);
  template <typename Take>
  int forEachEntry(const Descriptor& directory, Take take);
  int listTasks(const Descriptor& directory, std::vector<TaskEntry>& tasks);

  std::string root_;
  Descriptor directory_;  // of the root where that is live
  bool live_ = false;
  bool sharesProcessIds_ = false;
  bool sizeCountsDescriptors_ = false;
  std::string path_;
  std::vector<char> buffer_;
};

}  // namespace orchestrator_exporter
