#include "exporter/kernel/descriptor_cache.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace exporter {

namespace {

constexpr std::uint32_t kCloseAfterScrapes = 8;
constexpr std::size_t kFirstRead = 4096;
// A kernel file that is larger than this is not meant to be read whole.
constexpr std::size_t kLargestFile = std::size_t{256} << 20;

// A quarter of what this process may open, so that sockets always find room.
std::size_t mostDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 128;
  return std::clamp<std::size_t>(limit.rlim_cur / 4, 64, 8192);
}

// Opens for reading; only regular files, and without waiting for a writer or a tape.
int openRegular(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return -1;
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
  close(descriptor);
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return -1;
}

// /proc/<digits>/… but for process 1, whose files live as long as the machine.
bool belongsToProcess(std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const std::string_view rest = path.substr(slash + 1);
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (name.empty() || name == "1" || name.size() == rest.size()) continue;
    if (name.find_first_not_of("0123456789") == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

DescriptorCache::DescriptorCache() : mostKept_(mostDescriptors()) {}

DescriptorCache::~DescriptorCache() {
  for (const auto& [path, entry] : kept_) close(entry.descriptor);
}

DescriptorCache::Result DescriptorCache::readAll(Entry& entry, Arena& arena) {
  std::size_t capacity = std::max<std::size_t>(kFirstRead, entry.expectedBytes);
  char* text = arena.allocate(capacity);
  std::size_t size = 0;
  while (true) {
    const ssize_t got =
        pread(entry.descriptor, text + size, capacity - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      arena.shrinkLast(text, 0);
      return {{}, error};
    }
    size += static_cast<std::size_t>(got);
    if (got == 0 || (entry.attribute && size < capacity)) break;
    if (size < capacity) continue;
    if (capacity >= kLargestFile) return {{}, EFBIG};
    arena.shrinkLast(text, size);
    const std::string_view soFar(text, size);
    capacity *= 2;
    text = arena.allocate(capacity);
    std::copy(soFar.begin(), soFar.end(), text);
  }
  arena.shrinkLast(text, size);
  // Room for growth, so that the next read of this file needs no second buffer.
  entry.expectedBytes = static_cast<std::uint32_t>(size + size / 4 + 64);
  return {{text, size}, 0};
}

DescriptorCache::Result DescriptorCache::read(std::string_view path, Arena& arena) {
  const auto known = kept_.find(path);
  if (known != kept_.end()) {
    known->second.lastUsed = scrape_;
    const Result result = readAll(known->second, arena);
    if (result.error == 0) return result;
    // The device or module behind it may have come anew under the same name.
    close(known->second.descriptor);
    kept_.erase(known);
  }
  return readAnew(path, arena);
}

DescriptorCache::Result DescriptorCache::readAnew(std::string_view path, Arena& arena) {
  Entry entry;
  std::string name(path);
  entry.descriptor = openRegular(name);
  if (entry.descriptor < 0) return {{}, errno};
  struct statfs system {};
  const bool known = fstatfs(entry.descriptor, &system) == 0;
  entry.attribute = known && system.f_type == SYSFS_MAGIC;
  const bool keep =
      known && (entry.attribute || (system.f_type == PROC_SUPER_MAGIC && !belongsToProcess(path)));
  const Result result = readAll(entry, arena);
  if (result.error == 0 && keep && kept_.size() < mostKept_) {
    entry.lastUsed = scrape_;
    kept_.emplace(std::move(name), entry);
  } else {
    close(entry.descriptor);
  }
  return result;
}

void DescriptorCache::age() {
  ++scrape_;
  if (scrape_ % kCloseAfterScrapes != 0) return;
  for (auto it = kept_.begin(); it != kept_.end();) {
    if (scrape_ - it->second.lastUsed <= kCloseAfterScrapes) {
      ++it;
      continue;
    }
    close(it->second.descriptor);
    it = kept_.erase(it);
  }
}

}  // namespace exporter
