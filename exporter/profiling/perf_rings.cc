#include "exporter/profiling/perf_rings.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "exporter/profiling/perf_record.h"
#include "exporter/profiling/perf_refusal.h"
#include "metrics/base/process/file_text.h"
#include "metrics/base/process/process_stat.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::size_t kRingPages = 128;  // what any user may lock for each processor
// What the kernel copies of a stack; more than this is seldom used.
constexpr std::uint32_t kStackBytes = 16384;

std::size_t pageSize() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

std::uint64_t monotonicNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

perf_event_attr attributesOf(bool countsCycles, bool seesKernel, bool withStacks,
                             unsigned frequency, bool isWholeSystem) {
  perf_event_attr wanted{};
  wanted.size = sizeof wanted;
  wanted.type = countsCycles ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE;
  wanted.config = countsCycles ? std::uint64_t{PERF_COUNT_HW_CPU_CYCLES}
                               : std::uint64_t{PERF_COUNT_SW_CPU_CLOCK};
  wanted.freq = 1;
  wanted.sample_freq = frequency;
  wanted.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN;
  if (withStacks) {
    wanted.sample_type |= PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
    wanted.sample_regs_user = perfRegisterMask();
    wanted.sample_stack_user = kStackBytes;
    wanted.exclude_callchain_user = 1;
  }
  wanted.disabled = 1;
  wanted.inherit = isWholeSystem ? 0 : 1;
  wanted.exclude_kernel = seesKernel ? 0 : 1;
  wanted.exclude_hv = 1;
  wanted.exclude_idle = 1;
  wanted.exclude_guest = 1;
  wanted.mmap = 1;
  wanted.mmap2 = 1;
  wanted.comm = 1;
  wanted.comm_exec = 1;
  wanted.task = 1;
  wanted.sample_id_all = 1;
  wanted.use_clockid = 1;
  wanted.clockid = CLOCK_MONOTONIC;
  wanted.watermark = 1;
  wanted.wakeup_watermark = static_cast<std::uint32_t>(kRingPages * pageSize() / 2);
  return wanted;
}

// An event for each thread and processor can be more than the usual limit of descriptors.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<int> threadsOf(int process) {
  std::vector<int> threads;
  std::error_code error;
  const std::filesystem::path folder = "/proc/" + std::to_string(process) + "/task";
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    threads.push_back(std::atoi(entry->path().filename().c_str()));
  }
  return threads;
}

// Not one that has ended and that nobody has asked for its status yet.
bool isRunning(int process) {
  try {
    const std::string text = fileText("/proc/" + std::to_string(process) + "/stat");
    const auto stat = readProcessStat(text);
    return stat && stat->state != 'Z' && stat->state != 'X';
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

// The ring of one processor, which its first event owns.
class PerfRings::Ring {
 public:
  Ring(Descriptor event) : event_(std::move(event)) {
    const std::size_t size = (1 + kRingPages) * pageSize();
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, event_.get(), 0);
    if (memory == MAP_FAILED) throw std::runtime_error(ringRefusal(errno));
    page_ = static_cast<perf_event_mmap_page*>(memory);
    bytes_ = static_cast<const char*>(memory) + pageSize();
  }
  ~Ring() { munmap(page_, (1 + kRingPages) * pageSize()); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  int event() const { return event_.get(); }

  template <typename Take>
  void read(Take take) {
    const std::size_t size = kRingPages * pageSize();
    // The kernel's side of this is in "MMAP layout" of perf_event_open(2).
    const std::uint64_t head = std::atomic_ref(page_->data_head).load(std::memory_order_acquire);
    std::uint64_t tail = page_->data_tail;
    while (head - tail >= sizeof(perf_event_header)) {
      perf_event_header header;
      copy(tail % size, reinterpret_cast<char*>(&header), sizeof header);
      if (header.size < sizeof header || header.size > head - tail) break;
      record_.resize(header.size);
      copy(tail % size, record_.data(), header.size);
      take(std::string_view(record_));
      tail += header.size;
    }
    std::atomic_ref(page_->data_tail).store(head, std::memory_order_release);
  }

 private:
  void copy(std::size_t from, char* to, std::size_t count) const {
    const std::size_t first = std::min(count, kRingPages * pageSize() - from);
    std::memcpy(to, bytes_ + from, first);
    std::memcpy(to + first, bytes_, count - first);
  }

  Descriptor event_;
  perf_event_mmap_page* page_ = nullptr;
  const char* bytes_ = nullptr;
  std::string record_;
};

PerfRings::PerfRings(const SamplingOptions& options)
    : withStacks_(options.withStacks),
      frequency_(options.frequency),
      processes_(options.processes) {
  if (withStacks_ && perfRegisterMask() == 0) {
    throw std::runtime_error("stacks cannot be unwound by DWARF on this machine");
  }
  raiseDescriptorLimit();
  openEvents(options);
}

PerfRings::~PerfRings() = default;

void PerfRings::openEvents(const SamplingOptions& options) {
  const int processors = static_cast<int>(sysconf(_SC_NPROCESSORS_CONF));
  std::vector<int> threads;
  for (const int process : options.processes) {
    const std::vector<int> own = threadsOf(process);
    threads.insert(threads.end(), own.begin(), own.end());
    if (own.empty()) throw std::runtime_error("there is no process " + std::to_string(process));
  }
  constexpr int kEverything = -1;
  if (threads.empty()) threads.push_back(kEverything);
  rings_.resize(static_cast<std::size_t>(processors));
  std::size_t opened = 0;
  for (const int thread : threads) {
    for (int processor = 0; processor < processors; ++processor) {
      if (openThread(thread, processor)) ++opened;
    }
  }
  if (opened == 0) throw std::runtime_error("the process has ended");
}

// False if the thread has ended or the processor is off.
bool PerfRings::openThread(int thread, int processor) {
  for (;;) {
    perf_event_attr wanted =
        attributesOf(countsCycles_, seesKernel_, withStacks_, frequency_, processes_.empty());
    Descriptor event(static_cast<int>(
        syscall(SYS_perf_event_open, &wanted, thread, processor, -1, PERF_FLAG_FD_CLOEXEC)));
    if (event.isOpen()) {
      std::unique_ptr<Ring>& ring = rings_[static_cast<std::size_t>(processor)];
      if (ring == nullptr) {
        ring = std::make_unique<Ring>(std::move(event));
      } else {
        if (ioctl(event.get(), PERF_EVENT_IOC_SET_OUTPUT, ring->event()) != 0) return false;
        events_.push_back(std::move(event));
      }
      return true;
    }
    const int error = errno;
    if (error == ESRCH || error == ENODEV) return false;
    const bool isRefused = error == EACCES || error == EPERM;
    if (countsCycles_ && !isRefused) {
      countsCycles_ = false;
    } else if (seesKernel_ && isRefused) {
      // Anybody may look at what is their own, but for the kernel's part.
      seesKernel_ = false;
    } else {
      throw std::runtime_error(eventRefusal(error, thread));
    }
  }
}

void PerfRings::start() {
  for (const auto& ring : rings_) {
    if (ring != nullptr) ioctl(ring->event(), PERF_EVENT_IOC_ENABLE, 0);
  }
  for (const Descriptor& event : events_) ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0);
}

void PerfRings::stop() {
  for (const auto& ring : rings_) {
    if (ring != nullptr) ioctl(ring->event(), PERF_EVENT_IOC_DISABLE, 0);
  }
  for (const Descriptor& event : events_) ioctl(event.get(), PERF_EVENT_IOC_DISABLE, 0);
}

void PerfRings::wait(std::chrono::milliseconds time) const {
  std::vector<pollfd> waited;
  for (const auto& ring : rings_) {
    if (ring != nullptr) waited.push_back({ring->event(), POLLIN, 0});
  }
  poll(waited.data(), waited.size(), static_cast<int>(time.count()));
  // The first event of a processor hangs up when its thread ends, and is ready for ever then.
  const bool hungUp = std::any_of(waited.begin(), waited.end(), [](const pollfd& one) {
    return (one.revents & (POLLHUP | POLLERR)) != 0;
  });
  if (hungUp) poll(nullptr, 0, static_cast<int>(time.count()));
}

void PerfRings::read(const std::function<void(std::string_view)>& take) {
  const std::uint64_t now = monotonicNow();
  for (const auto& ring : rings_) {
    if (ring == nullptr) continue;
    ring->read(
        [this](std::string_view record) { kept_.emplace_back(timeOfPerfRecord(record), record); });
  }
  // What another processor wrote while these were read may be older than the youngest of them.
  const auto young = std::stable_partition(kept_.begin(), kept_.end(),
                                           [&](const auto& one) { return one.first <= now; });
  std::stable_sort(kept_.begin(), young,
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  for (auto record = kept_.begin(); record != young; ++record) take(record->second);
  kept_.erase(kept_.begin(), young);
}

bool PerfRings::allEnded() const {
  if (processes_.empty()) return false;
  return std::none_of(processes_.begin(), processes_.end(), isRunning);
}

}  // namespace orchestrator_exporter::profiling
