#include "metrics/profiling/hot_spots.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace orchestrator_exporter::profiling {

namespace {

// Functions of the C library and of the kernel as bareName() has them, each between spaces.
constexpr std::string_view kAllocating =
    " malloc calloc realloc free cfree int_malloc int_free int_realloc malloc_consolidate "
    "unlink_chunk sysmalloc systrim tcache_init posix_memalign aligned_alloc memalign brk "
    "sbrk mmap munmap mmap64 mremap madvise page_fault asm_exc_page_fault exc_page_fault "
    "handle_mm_fault do_user_addr_fault unmap_vmas arena_get2 int_free_merge_chunk "
    "int_free_create_chunk ";
constexpr std::string_view kWaiting =
    " futex futex_wait nanosleep clock_nanosleep epoll_wait epoll_pwait poll ppoll select "
    "pselect6 pause sched_yield wait4 waitid accept accept4 lll_lock_wait "
    "pthread_cond_wait pthread_cond_timedwait pthread_mutex_lock pthread_rwlock_wrlock "
    "pthread_rwlock_rdlock sem_wait io_getevents msgrcv sigtimedwait rt_sigsuspend "
    "do_wait ep_poll usleep sleep ";
constexpr std::string_view kMoving =
    " read write pread pwrite pread64 pwrite64 readv writev preadv pwritev send sendto "
    "sendmsg sendmmsg recv recvfrom recvmsg recvmmsg sendfile sendfile64 splice open "
    "open64 openat close connect fsync fdatasync sync_file_range stat fstat newfstatat "
    "statx getdents64 unlink rename vfs_read vfs_write copy_file_range msync ";

// The name that the tables have: ksys_read, __x64_sys_read and __libc_read are read.
std::string_view bareName(std::string_view name) {
  // The kernel's ways in: __x64_sys_, __arm64_sys_, __do_sys_, ksys_.
  if (const auto call = name.find("sys_"); call != std::string_view::npos && call <= 8) {
    return name.substr(call + 4);
  }
  const auto withoutLines = [&] {
    while (name.starts_with('_')) name.remove_prefix(1);
  };
  withoutLines();
  for (const std::string_view prefix : {"GI_", "libc_"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    withoutLines();
  }
  // operator new(unsigned long), read@plt, malloc@@GLIBC_2.2.5
  return name.substr(0, name.find_first_of("(@."));
}

bool has(std::string_view names, std::string_view name) {
  const std::size_t found = names.find(" " + std::string(name) + " ");
  return found != std::string_view::npos && !name.empty();
}

Activity activityOf(const Frame& frame) {
  if (frame.kind == FrameKind::kThread || frame.kind == FrameKind::kSpan) return Activity::kUnknown;
  if (frame.name == kWaits) return Activity::kWaits;
  if (frame.name == kWaitsForDevice) return Activity::kInputOutput;
  const std::string_view name = bareName(frame.name);
  if (has(kWaiting, name)) return Activity::kWaits;
  if (has(kMoving, name)) return Activity::kInputOutput;
  const bool isOperator = name.starts_with("operator new") || name.starts_with("operator delete");
  if (has(kAllocating, name) || isOperator) return Activity::kAllocates;
  return Activity::kUnknown;
}

struct Sum {
  std::int64_t self = 0;
  std::int64_t total = 0;
  const Frame* frame = nullptr;
  std::array<std::int64_t, kActivities> activities{};
  std::map<std::string, std::int64_t> places{};
  std::vector<std::int64_t> own{};  // all values of the stacks that end here

  Activity most() const {
    const auto largest = std::max_element(activities.begin(), activities.end());
    return *largest > 0 ? static_cast<Activity>(largest - activities.begin()) : Activity::kUnknown;
  }
  std::string place() const {
    const auto largest = std::max_element(
        places.begin(), places.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    return largest == places.end() ? "" : largest->first;
  }
};

std::optional<double> valueOf(const Profile& profile, const std::vector<std::int64_t>& values,
                              std::string_view type) {
  const std::size_t place = profile.typeOf(type);
  if (place >= values.size()) return std::nullopt;
  return static_cast<double>(values[place]);
}

Activity activityOfSpan(const Profile& profile, const std::vector<std::int64_t>& own) {
  constexpr double kAllocationNanoseconds = 50;
  const auto wall = valueOf(profile, own, "wall");
  const auto cpu = valueOf(profile, own, "cpu");
  if (!wall || !cpu || *wall <= 0) return Activity::kUnknown;
  if (*cpu >= *wall / 2) {
    const double allocations = valueOf(profile, own, "alloc_objects").value_or(0);
    return allocations * kAllocationNanoseconds >= *wall / 3 ? Activity::kAllocates
                                                             : Activity::kComputes;
  }
  const double moved = valueOf(profile, own, "io_read").value_or(0) +
                       valueOf(profile, own, "io_written").value_or(0);
  return moved > 0 ? Activity::kInputOutput : Activity::kWaits;
}

void addStack(const Profile& profile, const Profile::Stack& stack,
              std::map<std::string, Sum>& sums) {
  const std::int64_t value = stack.values[profile.main()];
  const Activity activity = activityOf(profile, stack);
  std::set<const Sum*> seen;
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    const Frame& frame = profile.frames()[stack.frames[i]];
    if (frame.kind == FrameKind::kThread) continue;
    Sum& sum = sums[frame.name + '\0' + frame.binary];
    sum.frame = &frame;
    if (seen.insert(&sum).second) {
      sum.total += value;
      sum.activities[static_cast<std::size_t>(activity)] += value;
    }
    if (i + 1 < stack.frames.size()) continue;
    sum.self += value;
    sum.own.resize(stack.values.size());
    for (std::size_t type = 0; type < stack.values.size(); ++type) {
      sum.own[type] += stack.values[type];
    }
    if (frame.line != 0) sum.places[frame.file + ":" + std::to_string(frame.line)] += value;
  }
}

}  // namespace

std::string_view nameOf(Activity activity) {
  constexpr std::array<std::string_view, kActivities> kNames = {"", "computes", "waits",
                                                                "allocates", "does I/O"};
  return kNames[static_cast<std::size_t>(activity)];
}

Activity activityOf(const Profile& profile, const Profile::Stack& stack) {
  bool hasFunctions = false;
  for (auto frame = stack.frames.rbegin(); frame != stack.frames.rend(); ++frame) {
    const Frame& one = profile.frames()[*frame];
    const Activity activity = activityOf(one);
    if (activity != Activity::kUnknown) return activity;
    hasFunctions = hasFunctions || (one.kind != FrameKind::kThread && one.kind != FrameKind::kSpan);
  }
  return hasFunctions ? Activity::kComputes : Activity::kUnknown;
}

std::vector<HotSpot> hotSpots(const Profile& profile) {
  std::map<std::string, Sum> sums;
  for (const Profile::Stack& stack : profile.stacks()) addStack(profile, stack, sums);
  std::vector<HotSpot> spots;
  for (const auto& [key, sum] : sums) {
    const bool isSpan = sum.frame->kind == FrameKind::kSpan;
    spots.push_back({sum.frame->name, sum.frame->binary, sum.frame->kind, sum.place(), sum.self,
                     sum.total, isSpan ? activityOfSpan(profile, sum.own) : sum.most()});
  }
  std::stable_sort(spots.begin(), spots.end(), [](const HotSpot& one, const HotSpot& other) {
    return one.self != other.self ? one.self > other.self : one.total > other.total;
  });
  return spots;
}

}  // namespace orchestrator_exporter::profiling
