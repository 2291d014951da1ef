#pragma once

#include <atomic>
#include <cstddef>

namespace orchestrator_exporter {

// How many series the families of a registry hold together, and how many bytes of labels, up to a
// limit of each. Thread-safe.
class SeriesBudget {
 public:
  // 0 = no limit.
  SeriesBudget(std::size_t maxSeries, std::size_t maxLabelBytes)
      : maxSeries_(maxSeries), maxLabelBytes_(maxLabelBytes) {}

  // Room for one series with so many bytes of labels; false, with nothing taken, if there is none.
  bool take(std::size_t labelBytes) {
    takeAnyway(labelBytes);
    if (isWithin(series_, maxSeries_) && isWithin(labelBytes_, maxLabelBytes_)) return true;
    giveBack(labelBytes);
    return false;
  }
  // The same beyond the limit.
  void takeAnyway(std::size_t labelBytes) {
    series_.fetch_add(1, std::memory_order_relaxed);
    labelBytes_.fetch_add(labelBytes, std::memory_order_relaxed);
  }
  void giveBack(std::size_t labelBytes) {
    series_.fetch_sub(1, std::memory_order_relaxed);
    labelBytes_.fetch_sub(labelBytes, std::memory_order_relaxed);
  }

 private:
  static bool isWithin(const std::atomic<std::size_t>& taken, std::size_t limit) {
    return limit == 0 || taken.load(std::memory_order_relaxed) <= limit;
  }

  const std::size_t maxSeries_;
  const std::size_t maxLabelBytes_;
  std::atomic<std::size_t> series_{0};
  std::atomic<std::size_t> labelBytes_{0};
};

}  // namespace orchestrator_exporter
