#include "metrics/pushed/pushed_metrics.h"

#include <chrono>
#include <mutex>
#include <utility>

#include "metrics/base/coarse_clock.h"

namespace orchestrator_exporter {
namespace {

std::uint32_t systemUnixTime() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

}  // namespace

PushedMetrics::PushedMetrics(Config config)
    : commons_{.limits = config.limits,
               .seconds = config.seconds ? std::move(config.seconds) : coarseSeconds,
               .unixTime = config.unixTime ? std::move(config.unixTime) : systemUnixTime} {}

std::shared_ptr<PushedFamily> PushedMetrics::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = families_.find(name);
  return found == families_.end() ? nullptr : found->second;
}

std::optional<MetricType> PushedMetrics::typeOf(std::string_view name) const {
  const auto family = find(name);
  return family == nullptr ? std::nullopt : std::optional(family->type());
}

std::vector<std::shared_ptr<PushedFamily>> PushedMetrics::families() const {
  std::vector<std::shared_ptr<PushedFamily>> all;
  const std::shared_lock lock(mutex_);
  all.reserve(families_.size());
  for (const auto& [name, family] : families_) all.push_back(family);
  return all;
}

std::size_t PushedMetrics::seriesCount(std::string_view protocol) const {
  std::size_t count = 0;
  for (const auto& family : families()) {
    if (family->protocol() == protocol) count += family->seriesCount();
  }
  return count;
}

void PushedMetrics::collect(Sink& out) {
  bool anyEmpty = false;
  {
    const auto all = families();
    for (const auto& family : all) {
      family->give(out);
      anyEmpty = anyEmpty || family->isEmpty();
    }
  }
  if (!anyEmpty) return;
  // One that a push holds meanwhile stays: its points would be lost.
  const std::unique_lock lock(mutex_);
  std::erase_if(families_, [](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->isEmpty();
  });
}

}  // namespace orchestrator_exporter
