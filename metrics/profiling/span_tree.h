#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "metrics/profiling/allocations.h"
#include "metrics/profiling/span_sums.h"
#include "metrics/profiling/thread_io.h"

namespace orchestrator_exporter::profiling {

// A number that one thread writes and others read.
class OwnCount {
 public:
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::uint64_t more) noexcept { set(get() + more); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// The spans of one path in one thread. Its place in the tree never changes.
struct SpanNode {
  SpanNode(SpanNode* parentNode, std::string_view nodeName, std::size_t nodeDepth, bool isRest)
      : parent(parentNode), name(nodeName), depth(nodeDepth), isOther(isRest) {
    shortest.set(~std::uint64_t{0});
  }

  SpanSums sums() const noexcept;
  void clear() noexcept;

  SpanNode* const parent;
  const std::string name;
  const std::size_t depth;
  const bool isOther;          // stands for spans beyond the limits
  SpanNode* next = nullptr;    // of all nodes of the tree, the one made before
  SpanNode* recent = nullptr;  // the child that was entered last
  OwnCount calls, wall, shortest, longest, cpu, cpuWall, allocations, allocatedBytes;
  OwnCount ioAsked, ioRead, ioBytesRead, ioBytesWritten, ioCalls;
};

// Limits that the trees of a profiler share.
struct SpanLimits {
  std::size_t deepest = 256;
  std::size_t mostNodes = 10'000;
  std::atomic<std::size_t> nodes{0};
};

// What the parts of a span cost on this machine, in nanoseconds.
struct SpanCosts {
  double span = 0;
  double cpuReading = 0;
  double ioReading = 0;
};

// The spans of one thread. All but collect(), readings() and hasEnded() are for that thread alone.
class SpanTree {
 public:
  SpanTree(std::shared_ptr<SpanLimits> limits, const SpanCosts& costs, double mostShare);
  ~SpanTree();
  SpanTree(const SpanTree&) = delete;
  SpanTree& operator=(const SpanTree&) = delete;

  // The node of a span that begins within the one that is open. Null if there is no memory, and
  // within what stands for spans beyond the limits, whose time is counted once.
  SpanNode* enter(std::string_view name) noexcept;
  void leave(SpanNode* node) noexcept { current_ = node->parent; }

  // Whether this call of the node reads its CPU time: each 16th does, or all of a node that takes
  // more than 50 µs on average; fewer if readings cost too much.
  bool readsCpu(const SpanNode& node) const noexcept;
  bool readsIo(const SpanNode& node) const noexcept;
  ThreadIo& io() noexcept { return io_; }
  // Counts what a span itself cost, and thins readings out if they take more than their share of
  // the thread's CPU time.
  void countCost(bool hasReadCpu, bool hasReadIo) noexcept;

  // Adds all that was counted; for any thread, at any time.
  void collect(SpanTotals& totals) const;
  double ownNanoseconds() const noexcept { return static_cast<double>(own_.get()); }
  std::uint64_t thinning() const noexcept { return thinning_.get(); }
  bool hasEnded() const noexcept { return ended_.load(std::memory_order_acquire); }
  void end() noexcept { ended_.store(true, std::memory_order_release); }
  // In the child of a fork: counts from nothing; spans that are open stay open.
  void beginAgain() noexcept;
  bool isOfThisThread() const noexcept { return pthread_equal(thread_, pthread_self()) != 0; }

 private:
  struct Key {
    const SpanNode* parent;
    std::string_view name;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::string_view>()(key.name) ^
             (std::hash<const void*>()(key.parent) * 0x9E3779B97F4A7C15U);
    }
  };

  SpanNode* make(SpanNode* parent, std::string_view name, bool isOther);
  SpanNode* findOrMake(std::string_view name);

  const std::shared_ptr<SpanLimits> limits_;
  const SpanCosts costs_;
  const double mostShare_;
  const pthread_t thread_ = pthread_self();
  SpanNode root_;
  SpanNode* current_ = &root_;
  std::atomic<SpanNode*> newest_{nullptr};
  std::unordered_map<Key, SpanNode*, KeyHash> index_;
  ThreadIo io_;
  OwnCount own_;
  OwnCount thinning_;       // 1, or a power of two
  double readingCost_ = 0;  // since the last look at the clock
  std::uint64_t spans_ = 0;
  std::uint64_t cpuAtCheck_ = 0;
  std::atomic<bool> ended_{false};
};

}  // namespace orchestrator_exporter::profiling
