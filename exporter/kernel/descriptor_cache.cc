#include "exporter/kernel/descriptor_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace orchestrator_exporter {

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
Descriptor openRegular(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.isOpen()) return file;
  struct stat status {};
  if (fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) return file;
  file = Descriptor();
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return file;
}

// Whether an answer tells that the thing behind a descriptor is gone. A directory that was removed
// is no error: it turns empty, and lives on without its name.
bool isGone(const DescriptorCache::Result& result, bool) {
  return result.error == ENODEV || result.error == ENOENT || result.error == ESRCH;
}
bool isGone(const DescriptorCache::Listing& listing, bool wasEmpty) {
  return listing.error != 0 || (listing.names.empty() && !wasEmpty);
}

// /proc/<digits>/… but for process 1, whose files live as long as the machine.
bool belongsToProcess(std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const std::string_view rest = path.substr(slash + 1);
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (name.empty() || name == "1") continue;
    if (name.find_first_not_of("0123456789") == std::string_view::npos) return true;
  }
  return false;
}

// Whether what lies there comes and goes with an event, or never.
bool isSteady(std::string_view path) {
  if (path.starts_with("sys/")) return !path.starts_with("sys/fs/cgroup");
  constexpr std::string_view kProc = "proc/";
  return path.starts_with(kProc) && path.size() > kProc.size() &&
         (path[kProc.size()] < '0' || path[kProc.size()] > '9');
}

// Directories whose entries are devices and processors, each of which comes and goes with an event.
// Those of network devices do so in a network namespace that may be another.
bool listsDevices(std::string_view path) {
  return path == "sys/block" || path.starts_with("sys/devices/system/") ||
         (path.starts_with("sys/class/") && !path.starts_with("sys/class/net"));
}

// What is asked for by every scrape and stays as it is: as long as a network device has its name, or
// as long as the kernel runs and loads no driver of a clock.
bool isFixedAttribute(std::string_view path) {
  if (path == "proc/sys/kernel/random/poolsize" || path.ends_with("/available_clocksource")) {
    return true;
  }
  return path.starts_with("sys/class/net/") &&
         (path.ends_with("/dev_id") || path.ends_with("/name_assign_type"));
}

}  // namespace

DescriptorCache::DescriptorCache(const Roots& roots)
    : roots_(roots), mostEntries_(mostDescriptors()) {}

DescriptorCache::Result DescriptorCache::readAll(Entry& entry, Arena& arena, End end) {
  const bool inOneRead = entry.inOneRead || end == End::kShortAnswer;
  const auto isLast = [&](ssize_t got) {
    constexpr auto kRoom = static_cast<ssize_t>(kFirstRead - kShortRecord);
    return inOneRead || (end == End::kShortRecords && got <= kRoom);
  };

  std::size_t capacity = std::max<std::size_t>(kFirstRead, entry.expectedBytes);
  char* text = arena.allocate(capacity);
  std::size_t size = 0;
  while (true) {
    const ssize_t got =
        pread(entry.descriptor.get(), text + size, capacity - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      arena.shrinkLast(text, 0);
      return {{}, error};
    }
    size += static_cast<std::size_t>(got);
    if (got == 0 || (size < capacity && isLast(got))) break;
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

DescriptorCache::Listing DescriptorCache::listAll(Entry& entry, Arena& arena, Listed listed) {
  Listing listing;
  if (lseek(entry.descriptor.get(), 0, SEEK_SET) < 0) return {{}, errno};
  alignas(dirent64) std::array<char, 8192> buffer;
  constexpr auto kFull = static_cast<ssize_t>(sizeof buffer - sizeof(dirent64));
  while (true) {
    const ssize_t got = getdents64(entry.descriptor.get(), buffer.data(), buffer.size());
    if (got < 0) return {{}, errno};
    if (got == 0) break;
    for (ssize_t at = 0; at < got;) {
      const auto* found = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += found->d_reclen;
      const std::string_view name = found->d_name;
      if (name == "." || name == "..") continue;
      if (listed == Listed::kNoPlainFiles && found->d_type == DT_REG) continue;
      listing.names.push_back(arena.store(name));
    }
    // sysfs fills the buffer as long as there are names.
    if (entry.inOneRead && got < kFull) break;
  }
  entry.empty = listing.names.empty();
  return listing;
}

DescriptorCache::Result DescriptorCache::readRemembered(Entry& entry, Arena& arena, End end) {
  if (entry.text) return {*entry.text};
  const Result result = readAll(entry, arena, end);
  if (result.error == 0) entry.text = result.text;
  return result;
}

DescriptorCache::Listing DescriptorCache::listRemembered(Entry& entry, Arena& arena,
                                                         Listed listed) {
  if (entry.names && entry.listed == listed) return {{entry.names->begin(), entry.names->end()}};
  Listing listing = listAll(entry, arena, listed);
  if (listing.error != 0) return listing;
  entry.names.emplace(listing.names.begin(), listing.names.end());
  entry.listed = listed;
  return listing;
}

bool DescriptorCache::mayKeep(std::string_view path, Entry& entry) const {
  struct statfs system {};
  if (fstatfs(entry.descriptor.get(), &system) != 0) return false;
  entry.inOneRead = system.f_type == SYSFS_MAGIC;
  const bool lasting =
      entry.inOneRead || (system.f_type == PROC_SUPER_MAGIC && !belongsToProcess(path));
  return lasting && entries_.size() < mostEntries_;
}

void DescriptorCache::noteMissing(std::string_view path, int error) {
  if (!remembersMissing_ || (error != ENOENT && error != ENOTDIR) || !isSteady(path)) return;
  missing_.emplace(path);
}

template <typename Open, typename Use>
auto DescriptorCache::useEntry(std::string_view path, Open open, Use use) {
  using Outcome = decltype(use(std::declval<Entry&>()));
  const auto known = entries_.find(path);
  if (known != entries_.end()) {
    Entry& entry = known->second;
    entry.lastUsed = scrape_;
    const bool wasEmpty = entry.empty;
    auto result = use(entry);
    if (!isGone(result, wasEmpty)) return result;
    // The device or module behind it may have come again under the same name.
    entries_.erase(known);
  } else if (isKnownToBeMissing(path)) {
    return Outcome{{}, ENOENT};
  }
  Entry entry{open(roots_.resolve(path)), scrape_};
  if (!entry.descriptor.isOpen()) {
    const int error = errno;
    noteMissing(path, error);
    return Outcome{{}, error};
  }
  const bool keep = mayKeep(path, entry);
  auto result = use(entry);
  if (keep && !isGone(result, true)) entries_.emplace(std::string(path), std::move(entry));
  return result;
}

DescriptorCache::Result DescriptorCache::read(std::string_view path, Arena& arena, End end) {
  const bool remembers = remembersMissing_ && isFixedAttribute(path);
  return useEntry(path, openRegular, [&](Entry& entry) {
    return remembers ? readRemembered(entry, arena, end) : readAll(entry, arena, end);
  });
}

DescriptorCache::Listing DescriptorCache::list(std::string_view path, Arena& arena, Listed listed) {
  const bool remembers = remembersMissing_ && listsDevices(path);
  return useEntry(path, openDirectory, [&](Entry& entry) {
    return remembers ? listRemembered(entry, arena, listed) : listAll(entry, arena, listed);
  });
}

bool DescriptorCache::exists(std::string_view path) {
  if (isKnownToBeMissing(path)) return false;
  if (access(roots_.resolve(path).c_str(), F_OK) == 0) return true;
  noteMissing(path, errno);
  return false;
}

bool DescriptorCache::mayHaveChanged(std::string_view path) {
  const auto known = entries_.find(path);
  if (known == entries_.end()) return true;
  known->second.lastUsed = scrape_;
  pollfd file{known->second.descriptor.get(), POLLPRI, 0};
  return poll(&file, 1, 0) != 0;
}

void DescriptorCache::lookAnew() {
  missing_.clear();
  for (auto& [path, entry] : entries_) {
    entry.text.reset();
    entry.names.reset();
  }
  std::erase_if(entries_, [](const auto& item) { return item.second.empty; });
}

void DescriptorCache::age() {
  ++scrape_;
  if (scrape_ % kCloseAfterScrapes != 0) return;
  std::erase_if(entries_, [&](const auto& item) {
    return scrape_ - item.second.lastUsed > kCloseAfterScrapes;
  });
}

}  // namespace orchestrator_exporter
