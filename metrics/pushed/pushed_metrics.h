#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/pushed/bucket_cell.h"
#include "metrics/pushed/exponential_cell.h"
#include "metrics/pushed/number_cells.h"
#include "metrics/pushed/pushed_family.h"
#include "metrics/pushed/quantile_cell.h"
#include "metrics/pushed/stream_family.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// The series that others pushed, as one Source: running totals of their streams, within limits,
// until they expire. Any thread may push and collect at any time.
class PushedMetrics final : public Source {
 public:
  struct Config {
    PushedLimits limits = {};
    // The system's clocks if empty: seconds of a monotonic one, and of Unix.
    std::function<std::uint32_t()> seconds = {};
    std::function<std::uint32_t()> unixTime = {};
  };

  PushedMetrics() : PushedMetrics(Config{}) {}
  explicit PushedMetrics(Config config);

  // The family of this name for cells of a type, made if there is none; the first help and unit
  // stay. Null if the name is that of another type, or if there is no room for more. `protocol` is
  // of static storage.
  template <typename Cell>
  std::shared_ptr<StreamFamily<Cell>> family(const FamilyHead& head, std::string_view protocol,
                                             bool shown = true);

  // The type of a pushed family; nullopt if there is none of this name.
  std::optional<MetricType> typeOf(std::string_view name) const;
  std::size_t seriesCount() const { return commons_.series.load(); }
  std::size_t seriesCount(std::string_view protocol) const;
  std::size_t streamCount() const { return commons_.streams.load(); }

  void collect(Sink& out) override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::shared_ptr<PushedFamily> find(std::string_view name) const;
  std::vector<std::shared_ptr<PushedFamily>> families() const;

  PushedCommons commons_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<PushedFamily>, Hash, std::equal_to<>> families_;
};

template <typename Cell>
std::shared_ptr<StreamFamily<Cell>> PushedMetrics::family(const FamilyHead& head,
                                                          std::string_view protocol, bool shown) {
  using Family = StreamFamily<Cell>;
  if (const auto known = find(head.name)) return std::dynamic_pointer_cast<Family>(known);
  const std::unique_lock lock(mutex_);
  auto& place = families_[std::string(head.name)];
  if (place == nullptr) {
    if (families_.size() > commons_.limits.maxSeries) {
      families_.erase(std::string(head.name));
      return nullptr;
    }
    FamilyHead typed = head;
    typed.type = Cell::kType;
    place = std::make_shared<Family>(typed, protocol, shown, commons_);
  }
  return std::dynamic_pointer_cast<Family>(place);
}

}  // namespace orchestrator_exporter
