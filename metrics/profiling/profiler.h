#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/profiling/allocations.h"
#include "metrics/profiling/profile.h"
#include "metrics/profiling/thread_io.h"

namespace orchestrator_exporter {

namespace profiling {
class SpanTree;
struct SpanNode;
}  // namespace profiling

struct ProfilerOptions {
  std::string title = "Spans";
  bool enabled = true;
  std::size_t deepest = 256;       // spans within spans; deeper ones count as one, "(other)"
  std::size_t mostNodes = 10'000;  // paths, in all threads together; further ones likewise
  double mostOverhead = 0.01;  // of a thread's CPU time: readings of CPU and I/O get fewer above
};

// What the spans of one path have counted since the profiler began. Times are of spans that ended.
struct SpanStatistics {
  std::vector<std::string> path;  // names, the outermost first
  std::uint64_t calls = 0;
  std::chrono::nanoseconds wall{0};
  std::chrono::nanoseconds self{0};  // without the spans within
  std::chrono::nanoseconds shortest{0};
  std::chrono::nanoseconds longest{0};
  // On the processor, by readings of some of the calls; nullopt if none was read yet.
  std::optional<std::chrono::nanoseconds> cpu = {};
  // nullopt in programs without orchestrator_exporter::allocation_hooks.
  std::optional<std::uint64_t> allocations = {};
  std::optional<std::uint64_t> allocatedBytes = {};
  // By system calls; nullopt if no call asked for it, or the kernel does not tell.
  std::optional<std::uint64_t> readBytes = {};
  std::optional<std::uint64_t> writtenBytes = {};
  std::optional<std::uint64_t> ioCalls = {};
};

// Where this program's time goes, by spans that it marks:
//
//   Profiler profiler;
//   { const ProfileSpan span(profiler, "parse"); … }
//   std::string text = profiling::profileText(profiler.snapshot());
//
// Spans within spans make a tree of paths in each thread; threads of the same path are added up,
// and what threads that ended have counted stays. All functions may be called by any thread at any
// time. In the child of a fork it counts from nothing. Must outlive its spans.
class Profiler {
 public:
  explicit Profiler(const ProfilerOptions& options = {});
  ~Profiler();
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  // Spans that begin from now on count, or cost one load and a branch.
  void enable(bool on) noexcept { on_.store(on, std::memory_order_relaxed); }
  bool isOn() const noexcept { return on_.load(std::memory_order_relaxed); }

  // What was counted until now; stops no thread, so that spans that end meanwhile may count in
  // part. The types are wall and cpu in nanoseconds, with the hooks alloc_objects/count and
  // alloc_space/bytes, with spans that asked for it io_read and io_written in bytes, and
  // calls/count. Its notes tell what the spans cost.
  profiling::Profile snapshot() const;
  // The same as numbers, parents before what is within them.
  std::vector<SpanStatistics> spans() const;

 private:
  friend class ProfileSpan;
  struct State;

  profiling::SpanTree* tree() noexcept;

  std::atomic<bool> on_;
  std::unique_ptr<State> state_;
};

// A span of a profiler, from construction to destruction, in one thread and in the order of scopes.
// Never throws; a span for which there is no memory counts nothing.
class ProfileSpan {
 public:
  enum class Reads : std::uint8_t {
    kTime,
    kInputOutput,  // bytes that the thread reads and writes too, at about 3 µs a call
  };

  ProfileSpan(Profiler& profiler, std::string_view name, Reads reads = Reads::kTime) noexcept {
    if (profiler.isOn()) [[unlikely]]
      begin(profiler.tree(), name, reads);
  }
  ~ProfileSpan() {
    if (node_ != nullptr) [[unlikely]]
      end();
  }
  ProfileSpan(const ProfileSpan&) = delete;
  ProfileSpan& operator=(const ProfileSpan&) = delete;

 private:
  friend class Profiler;

  ProfileSpan(profiling::SpanTree* tree, std::string_view name, Reads reads) noexcept {
    begin(tree, name, reads);
  }
  void begin(profiling::SpanTree* tree, std::string_view name, Reads reads) noexcept;
  void end() noexcept;

  profiling::SpanNode* node_ = nullptr;
  // Set if node_ is.
  profiling::SpanTree* tree_;
  std::uint64_t wall_;
  std::uint64_t cpu_;
  profiling::AllocationCounts allocations_;
  profiling::ThreadIo::Counts io_;
  bool readsCpu_;
  bool readsIo_;
};

}  // namespace orchestrator_exporter
