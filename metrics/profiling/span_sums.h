#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>

namespace orchestrator_exporter::profiling {

// What the spans of one path have counted. Times are nanoseconds.
struct SpanSums {
  std::uint64_t calls = 0;
  std::uint64_t wall = 0;
  std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t longest = 0;
  // CPU time is read in some of the calls; `cpuWall` is the wall time of those.
  std::uint64_t cpu = 0;
  std::uint64_t cpuWall = 0;
  std::uint64_t allocations = 0;
  std::uint64_t allocatedBytes = 0;
  // I/O is read in some of the calls that ask for it.
  std::uint64_t ioAsked = 0;
  std::uint64_t ioRead = 0;
  std::uint64_t ioBytesRead = 0;
  std::uint64_t ioBytesWritten = 0;
  std::uint64_t ioCalls = 0;

  void add(const SpanSums& more) {
    calls += more.calls;
    wall += more.wall;
    shortest = std::min(shortest, more.shortest);
    longest = std::max(longest, more.longest);
    cpu += more.cpu;
    cpuWall += more.cpuWall;
    allocations += more.allocations;
    allocatedBytes += more.allocatedBytes;
    ioAsked += more.ioAsked;
    ioRead += more.ioRead;
    ioBytesRead += more.ioBytesRead;
    ioBytesWritten += more.ioBytesWritten;
    ioCalls += more.ioCalls;
  }
};

// The spans of several threads by path.
struct SpanTotals {
  SpanSums sums = {};
  std::map<std::string, std::unique_ptr<SpanTotals>, std::less<>> children = {};

  SpanTotals& child(const std::string& name) {
    std::unique_ptr<SpanTotals>& one = children[name];
    if (one == nullptr) one = std::make_unique<SpanTotals>();
    return *one;
  }
  std::size_t size() const {
    std::size_t count = 1;
    for (const auto& [name, one] : children) count += one->size();
    return count;
  }
  void add(const SpanTotals& more) {
    sums.add(more.sums);
    for (const auto& [name, one] : more.children) child(name).add(*one);
  }
};

}  // namespace orchestrator_exporter::profiling
