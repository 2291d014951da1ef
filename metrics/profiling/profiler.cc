#include "metrics/profiling/profiler.h"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "metrics/base/process/thread_cpu_clock.h"
#include "metrics/base/thread_slots.h"
#include "metrics/profiling/span_profile.h"
#include "metrics/profiling/span_tree.h"

namespace orchestrator_exporter {

using profiling::SpanCosts;
using profiling::SpanLimits;
using profiling::SpanNode;
using profiling::SpanTotals;
using profiling::SpanTree;

namespace {

std::uint64_t clockNow(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t wallNow() noexcept { return clockNow(CLOCK_MONOTONIC); }
std::uint64_t cpuNow() noexcept { return clockNow(CLOCK_THREAD_CPUTIME_ID); }

template <typename Act>
double costOf(unsigned times, Act act) {
  const std::uint64_t begin = wallNow();
  for (unsigned i = 0; i < times; ++i) act();
  return static_cast<double>(wallNow() - begin) / times;
}

}  // namespace

struct Profiler::State {
  explicit State(const ProfilerOptions& options)
      : title(options.title), mostOverhead(options.mostOverhead) {
    limits->deepest = options.deepest;
    limits->mostNodes = options.mostNodes;
    programBegin = clockNow(CLOCK_PROCESS_CPUTIME_ID);
    wallBegin = wallNow();
    unixBegin = clockNow(CLOCK_REALTIME);
  }

  // What one thread keeps for a profiler; it ends with the thread.
  struct OfThread {
    explicit OfThread(State& state) : tree(state.add()) {}
    ~OfThread() { tree->end(); }
    OfThread(const OfThread&) = delete;
    OfThread& operator=(const OfThread&) = delete;

    std::shared_ptr<SpanTree> tree;
  };

  std::shared_ptr<SpanTree> add() {
    auto tree = std::make_shared<SpanTree>(limits, costs(), mostOverhead);
    const std::lock_guard lock(mutex);
    keepEnded();
    trees.push_back(tree);
    return tree;
  }

  // Threads that ended leave their sums and nothing else.
  void keepEnded() const {
    std::erase_if(trees, [this](const std::shared_ptr<SpanTree>& tree) {
      if (!tree->hasEnded()) return false;
      tree->collect(ended);
      endedNanoseconds += tree->ownNanoseconds();
      return true;
    });
  }

  SpanTotals totals() const {
    const std::lock_guard lock(mutex);
    keepEnded();
    SpanTotals all;
    all.add(ended);
    for (const auto& tree : trees) tree->collect(all);
    return all;
  }

  static const SpanCosts& costs();

  // Around a fork: the child has this thread alone.
  void beginChild() {
    ended = {};
    endedNanoseconds = 0;
    std::erase_if(trees, [](const auto& tree) { return !tree->isOfThisThread(); });
    for (const auto& tree : trees) tree->beginAgain();
    programBegin = clockNow(CLOCK_PROCESS_CPUTIME_ID);
    wallBegin = wallNow();
    unixBegin = clockNow(CLOCK_REALTIME);
  }

  const std::string title;
  const double mostOverhead;
  const std::shared_ptr<SpanLimits> limits = std::make_shared<SpanLimits>();
  PerThread<OfThread> perThread;
  mutable std::mutex mutex;
  mutable std::vector<std::shared_ptr<SpanTree>> trees;
  mutable SpanTotals ended;
  mutable double endedNanoseconds = 0;
  std::uint64_t programBegin = 0;  // CPU time of the process
  std::uint64_t wallBegin = 0;
  std::uint64_t unixBegin = 0;

  // All profilers of this process, for forks. Never destroyed: profilers may be static objects.
  struct All {
    All() { pthread_atfork(prepare, parent, child); }
    static All& get() {
      static All& all = *new All;
      return all;
    }
    static void prepare() {
      All& all = get();
      all.mutex.lock();
      for (State* state : all.states) state->mutex.lock();
    }
    static void release() {
      All& all = get();
      for (State* state : all.states) state->mutex.unlock();
      all.mutex.unlock();
    }
    static void parent() { release(); }
    static void child() {
      for (State* state : get().states) state->beginChild();
      release();
    }

    std::mutex mutex;
    std::vector<State*> states;
  };
};

const SpanCosts& Profiler::State::costs() {
  static const SpanCosts measured = [] {
    constexpr unsigned kTimes = 256;
    constexpr unsigned kSpans = 2048;
    constexpr double kReadingsEach = 16;
    SpanCosts costs;
    costs.cpuReading = costOf(kTimes, [] { cpuNow(); });
    profiling::ThreadIo io;
    costs.ioReading = costOf(kTimes / 4, [&io] { io.read(); });
    SpanTree scratch(std::make_shared<SpanLimits>(), {}, 1);
    const double all =
        costOf(kSpans, [&] { const ProfileSpan span(&scratch, "", ProfileSpan::Reads::kTime); });
    costs.span = std::max(1.0, all - 2 * costs.cpuReading / kReadingsEach);
    return costs;
  }();
  return measured;
}

Profiler::Profiler(const ProfilerOptions& options)
    : on_(options.enabled), state_(std::make_unique<State>(options)) {
  State::All& all = State::All::get();
  const std::lock_guard lock(all.mutex);
  all.states.push_back(state_.get());
}

Profiler::~Profiler() {
  State::All& all = State::All::get();
  const std::lock_guard lock(all.mutex);
  std::erase(all.states, state_.get());
}

SpanTree* Profiler::tree() noexcept {
  try {
    State::OfThread* own = state_->perThread.get(*state_);
    return own == nullptr ? nullptr : own->tree.get();
  } catch (const std::exception&) {
    return nullptr;  // no memory
  }
}

profiling::Profile Profiler::snapshot() const {
  const SpanTotals totals = state_->totals();
  const std::lock_guard lock(state_->mutex);
  profiling::SpanCostNote note;
  note.ownNanoseconds = state_->endedNanoseconds;
  for (const auto& tree : state_->trees) {
    note.ownNanoseconds += tree->ownNanoseconds();
    note.thinning = std::max(note.thinning, tree->thinning());
  }
  note.programNanoseconds =
      static_cast<double>(clockNow(CLOCK_PROCESS_CPUTIME_ID) - state_->programBegin);
  profiling::Profile profile = profiling::profileOfSpans(totals, note);
  profile.title = state_->title;
  profile.startNanoseconds = static_cast<std::int64_t>(state_->unixBegin);
  profile.durationNanoseconds = static_cast<std::int64_t>(wallNow() - state_->wallBegin);
  return profile;
}

std::vector<SpanStatistics> Profiler::spans() const {
  return profiling::statisticsOfSpans(state_->totals());
}

void ProfileSpan::begin(SpanTree* tree, std::string_view name, Reads reads) noexcept {
  if (tree == nullptr) return;
  node_ = tree->enter(name);
  if (node_ == nullptr) return;
  tree_ = tree;
  readsCpu_ = tree->readsCpu(*node_);
  readsIo_ = false;
  if (reads == Reads::kInputOutput) {
    const bool isRead = tree->readsIo(*node_);
    node_->ioAsked.add(1);
    const auto counts = isRead ? tree->io().read() : std::nullopt;
    readsIo_ = counts.has_value();
    if (counts) io_ = *counts;
  }
  allocations_ = profiling::threadAllocations;
  if (readsCpu_) cpu_ = cpuNow();
  wall_ = wallNow();
}

void ProfileSpan::end() noexcept {
  const std::uint64_t wall = wallNow() - wall_;
  SpanNode& node = *node_;
  if (readsCpu_) {
    // What began before a fork is another thread's time.
    const std::uint64_t now = cpuNow();
    node.cpu.add(now > cpu_ ? now - cpu_ : 0);
    node.cpuWall.add(wall);
  }
  const auto counts = readsIo_ ? tree_->io().read() : std::nullopt;
  if (counts && counts->calls >= io_.calls) {
    node.ioRead.add(1);
    node.ioBytesRead.add(counts->readBytes - io_.readBytes);
    node.ioBytesWritten.add(counts->writtenBytes - io_.writtenBytes);
    node.ioCalls.add(counts->calls - io_.calls);
  }
  node.calls.add(1);
  node.wall.add(wall);
  if (wall < node.shortest.get()) node.shortest.set(wall);
  if (wall > node.longest.get()) node.longest.set(wall);
  node.allocations.add(profiling::threadAllocations.count - allocations_.count);
  node.allocatedBytes.add(profiling::threadAllocations.bytes - allocations_.bytes);
  tree_->leave(node_);
  tree_->countCost(readsCpu_, readsIo_);
}

}  // namespace orchestrator_exporter
