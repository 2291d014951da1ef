#include "metrics/profiling/span_tree.h"

#include <new>
#include <utility>
#include <vector>

#include "metrics/base/process/thread_cpu_clock.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::string_view kOther = "(other)";
constexpr std::uint64_t kCpuEach = 16;
constexpr std::uint64_t kLongMean = 50'000;
constexpr std::uint64_t kMostThinning = 4096;
constexpr std::uint64_t kSpansBetweenChecks = 1024;

std::uint64_t threadCpuNanoseconds() noexcept {
  return static_cast<std::uint64_t>(ThreadCpuClock::now().time_since_epoch().count());
}

}  // namespace

SpanSums SpanNode::sums() const noexcept {
  return {.calls = calls.get(),
          .wall = wall.get(),
          .shortest = shortest.get(),
          .longest = longest.get(),
          .cpu = cpu.get(),
          .cpuWall = cpuWall.get(),
          .allocations = allocations.get(),
          .allocatedBytes = allocatedBytes.get(),
          .ioAsked = ioAsked.get(),
          .ioRead = ioRead.get(),
          .ioBytesRead = ioBytesRead.get(),
          .ioBytesWritten = ioBytesWritten.get(),
          .ioCalls = ioCalls.get()};
}

void SpanNode::clear() noexcept {
  for (OwnCount* count : {&calls, &wall, &longest, &cpu, &cpuWall, &allocations, &allocatedBytes,
                          &ioAsked, &ioRead, &ioBytesRead, &ioBytesWritten, &ioCalls}) {
    count->set(0);
  }
  shortest.set(~std::uint64_t{0});
}

SpanTree::SpanTree(std::shared_ptr<SpanLimits> limits, const SpanCosts& costs, double mostShare)
    : limits_(std::move(limits)),
      costs_(costs),
      mostShare_(mostShare),
      root_(nullptr, {}, 0, false),
      cpuAtCheck_(threadCpuNanoseconds()) {
  thinning_.set(1);
}

SpanTree::~SpanTree() {
  std::size_t count = 0;
  for (SpanNode* node = newest_.load(std::memory_order_relaxed); node != nullptr; ++count) {
    SpanNode* const next = node->next;
    delete node;
    node = next;
  }
  limits_->nodes.fetch_sub(count, std::memory_order_relaxed);
}

SpanNode* SpanTree::make(SpanNode* parent, std::string_view name, bool isOther) {
  auto node = std::make_unique<SpanNode>(parent, name, parent->depth + 1, isOther);
  index_.emplace(Key{parent, node->name}, node.get());
  limits_->nodes.fetch_add(1, std::memory_order_relaxed);
  node->next = newest_.load(std::memory_order_relaxed);
  newest_.store(node.get(), std::memory_order_release);
  return node.release();
}

SpanNode* SpanTree::findOrMake(std::string_view name) {
  const auto known = index_.find({current_, name});
  if (known != index_.end()) return known->second;
  const bool isBeyond = current_->depth >= limits_->deepest ||
                        limits_->nodes.load(std::memory_order_relaxed) >= limits_->mostNodes;
  if (!isBeyond) return make(current_, name, false);
  const auto other = index_.find({current_, kOther});
  return other != index_.end() ? other->second : make(current_, kOther, true);
}

SpanNode* SpanTree::enter(std::string_view name) noexcept {
  if (current_->isOther) {
    current_->calls.add(1);
    return nullptr;
  }
  SpanNode* node = current_->recent;
  if (node == nullptr || node->name != name) {
    try {
      node = findOrMake(name);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    current_->recent = node;
  }
  current_ = node;
  return node;
}

bool SpanTree::readsCpu(const SpanNode& node) const noexcept {
  const std::uint64_t calls = node.calls.get();
  const bool isLong = node.wall.get() > calls * kLongMean;
  return calls % (thinning_.get() * (isLong ? 1 : kCpuEach)) == 0;
}

bool SpanTree::readsIo(const SpanNode& node) const noexcept {
  return node.ioAsked.get() % thinning_.get() == 0;
}

void SpanTree::countCost(bool hasReadCpu, bool hasReadIo) noexcept {
  double cost = costs_.span;
  if (hasReadCpu || hasReadIo) {
    // One at the begin and one at the end.
    const double reading =
        2 * ((hasReadCpu ? costs_.cpuReading : 0) + (hasReadIo ? costs_.ioReading : 0));
    readingCost_ += reading;
    cost += reading;
  }
  own_.add(static_cast<std::uint64_t>(cost));
  if (++spans_ % kSpansBetweenChecks != 0) return;
  const std::uint64_t cpu = threadCpuNanoseconds();
  const double allowed = static_cast<double>(cpu - cpuAtCheck_) * mostShare_;
  const double all = readingCost_ + static_cast<double>(kSpansBetweenChecks) * costs_.span;
  const std::uint64_t thinning = thinning_.get();
  if (all > allowed && thinning < kMostThinning) thinning_.set(thinning * 2);
  if (all < allowed / 4 && thinning > 1) thinning_.set(thinning / 2);
  cpuAtCheck_ = cpu;
  readingCost_ = 0;
}

void SpanTree::collect(SpanTotals& totals) const {
  std::vector<const SpanNode*> nodes;
  for (const SpanNode* node = newest_.load(std::memory_order_acquire); node != nullptr;
       node = node->next) {
    nodes.push_back(node);
  }
  // Parents were made before their children.
  std::unordered_map<const SpanNode*, SpanTotals*> places = {{&root_, &totals}};
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    SpanTotals& place = places.at((*node)->parent)->child((*node)->name);
    place.sums.add((*node)->sums());
    places[*node] = &place;
  }
}

void SpanTree::beginAgain() noexcept {
  for (SpanNode* node = newest_.load(std::memory_order_relaxed); node != nullptr;
       node = node->next) {
    node->clear();
  }
  own_.set(0);
  io_.close();
  readingCost_ = 0;
  cpuAtCheck_ = threadCpuNanoseconds();  // a child's threads begin at nothing
}

}  // namespace orchestrator_exporter::profiling
