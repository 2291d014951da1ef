#include "exporter/processes/process_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <system_error>

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kBufferBytes = 16 * 1024;

// proc entries that are no numbers are not processes; 0 has no entry.
int taskNumber(std::string_view name) {
  int number = 0;
  const char* const end = name.data() + name.size();
  const auto [read, error] = std::from_chars(name.data(), end, number);
  return error == std::errc{} && read == end && name[0] != '0' ? std::max(number, 0) : 0;
}

void sortById(std::vector<TaskEntry>& tasks) {
  const auto byId = [](const TaskEntry& a, const TaskEntry& b) { return a.id < b.id; };
  // procfs lists in this order already.
  if (!std::is_sorted(tasks.begin(), tasks.end(), byId)) {
    std::sort(tasks.begin(), tasks.end(), byId);
  }
}

}  // namespace

ProcessDirectory::ProcessDirectory(std::string root)
    : root_(std::move(root)), buffer_(kBufferBytes) {
  Descriptor found = openDirectory(root_);
  struct statfs status {};
  live_ = found.isOpen() && fstatfs(found.get(), &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
  // A copy on a disk can be replaced as a whole, so only the mounted one is kept open.
  if (!live_) return;
  directory_ = std::move(found);
  char self[32] = {};
  const ssize_t size = readlinkat(directory_.get(), "self", self, sizeof self);
  sharesProcessIds_ =
      size > 0 && taskNumber({self, static_cast<std::size_t>(size)}) == static_cast<int>(getpid());
  struct stat descriptors {};
  sizeCountsDescriptors_ =
      fstatat(directory_.get(), "self/fd", &descriptors, 0) == 0 && descriptors.st_size > 0;
}

// `<process>/rest…`, below the root's descriptor where that is kept and else whole.
const char* ProcessDirectory::path(int process, std::initializer_list<std::string_view> rest) {
  path_.clear();
  if (!live_) path_.append(root_).append("/");
  char digits[16];
  path_.append(digits, std::to_chars(digits, digits + sizeof digits, process).ptr);
  for (const std::string_view piece : rest) path_.append(piece);
  return path_.c_str();
}

// Without waiting for the other end of a FIFO that stands in a copy of procfs.
Descriptor ProcessDirectory::open(const char* relative, int flags) const {
  return Descriptor(openat(live_ ? directory_.get() : AT_FDCWD, relative,
                           flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

template <typename Take>
int ProcessDirectory::forEachEntry(const Descriptor& directory, Take take) {
  for (;;) {
    const auto size = syscall(SYS_getdents64, directory.get(), buffer_.data(), buffer_.size());
    if (size == 0) return 0;
    if (size < 0) return errno;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer_.data() + at);
      take(*entry);
      at += entry->d_reclen;
    }
  }
}

int ProcessDirectory::listTasks(const Descriptor& directory, std::vector<TaskEntry>& tasks) {
  tasks.clear();
  if (!directory.isOpen()) return errno;
  const int error = forEachEntry(directory, [&](const dirent64& entry) {
    if (const int id = taskNumber(entry.d_name)) tasks.push_back({id, entry.d_ino});
  });
  sortById(tasks);
  return error;
}

int ProcessDirectory::list(std::vector<TaskEntry>& processes) {
  if (!live_) return listTasks(openDirectory(root_), processes);
  if (lseek(directory_.get(), 0, SEEK_SET) < 0) return errno;
  return listTasks(directory_, processes);
}

int ProcessDirectory::listThreads(int process, std::vector<TaskEntry>& threads) {
  return listTasks(open(path(process, {"/task"}), O_DIRECTORY), threads);
}

ProcessDirectory::Result ProcessDirectory::read(int process, std::string_view file) {
  return readPath(path(process, {"/", file}));
}

ProcessDirectory::Result ProcessDirectory::readPieces(int process, std::string_view file) {
  return readPath(path(process, {"/", file}), Extent::kPieces);
}

ProcessDirectory::Result ProcessDirectory::read(int process, int thread, std::string_view file) {
  char digits[16];
  const char* const end = std::to_chars(digits, digits + sizeof digits, thread).ptr;
  const std::string_view id(digits, static_cast<std::size_t>(end - digits));
  return readPath(path(process, {"/task/", id, "/", file}));
}

ProcessDirectory::Result ProcessDirectory::readPath(const char* relative, Extent extent) {
  const Descriptor file = open(relative, 0);
  if (!file.isOpen()) return {{}, errno};
  std::size_t size = 0;
  for (;;) {
    const ssize_t more = ::read(file.get(), buffer_.data() + size, buffer_.size() - size);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return {{}, errno};
    size += static_cast<std::size_t>(more);
    // One piece has ended where a read leaves room; so most files cost one read and not two.
    const bool hasRoom = size < buffer_.size();
    if (more == 0 || (hasRoom && extent == Extent::kOnePiece)) return {{buffer_.data(), size}, 0};
    if (!hasRoom) buffer_.resize(2 * buffer_.size());
  }
}

std::int64_t ProcessDirectory::countDescriptors(int process) {
  if (sizeCountsDescriptors_) {
    struct stat status {};
    if (fstatat(directory_.get(), path(process, {"/fd"}), &status, 0) != 0) return -errno;
    if (status.st_size > 0) return status.st_size;
  }
  const Descriptor directory = open(path(process, {"/fd"}), O_DIRECTORY);
  if (!directory.isOpen()) return -errno;
  std::int64_t count = 0;
  const int error = forEachEntry(directory, [&](const dirent64& entry) {
    if (entry.d_name[0] != '.') ++count;
  });
  return error == 0 ? count : -error;
}

std::int64_t ProcessDirectory::descriptorLimit(int process) const {
  if (!sharesProcessIds_) return -ENOTSUP;
  struct rlimit limit {};
  if (prlimit(process, RLIMIT_NOFILE, nullptr, &limit) != 0) return -errno;
  constexpr auto kMost = static_cast<rlim_t>(std::numeric_limits<std::int64_t>::max());
  return limit.rlim_cur > kMost ? -ERANGE : static_cast<std::int64_t>(limit.rlim_cur);
}

void ProcessDirectory::trim() {
  if (buffer_.size() == kBufferBytes) return;
  buffer_ = std::vector<char>(kBufferBytes);
}

}  // namespace orchestrator_exporter
