#pragma once

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "metrics/instruments/series_finder.h"
#include "metrics/recording/identifier_limit.h"
#include "metrics/recording/record.h"
#include "metrics/recording/rejections.h"

namespace orchestrator_exporter {

// A family that is recorded to by label values, with the promise of the recording facade: a number
// below 0, one that is added up and above kMostAdded, and an identifier that is empty or not UTF-8
// change nothing and are counted in metrics_collector_rejected_updates_total{reason}; an identifier
// longer than kLongestIdentifier is cut. Thread-safe.
template <typename Handle>
class CheckedFamily {
 public:
  using Identifiers = std::span<const std::string_view>;

  CheckedFamily(MetricsRegistry& registry, Recorded<Handle> family)
      : finder_(registry, std::move(family)),
        rejections_(registry),
        limit_(registry, kLongestIdentifier) {}

  // Runs record(handle) on the series if `number` may be recorded. As many identifiers as the
  // family has labels.
  template <std::size_t kCount, typename Record>
  void record(const std::array<std::string_view, kCount>& identifiers, double number,
              Record record) const noexcept {
    if (const auto rejection = rejectionOf(number, kMost)) [[unlikely]] {
      rejections_.count(*rejection);
      return;
    }
    if (const Handle* known = finder_.find(identifiers)) [[likely]] {
      record(*known);
    } else if (const auto handle = series(identifiers)) {
      record(*handle);
    }
  }

  // The series; nullopt, and counted, if an identifier is bad.
  std::optional<Handle> series(Identifiers identifiers) const noexcept {
    if (const Handle* known = finder_.find(identifiers)) return *known;
    for (const std::string_view identifier : identifiers) {
      if (const auto rejection = rejectionOf(identifier)) {
        rejections_.count(*rejection);
        return std::nullopt;
      }
    }
    std::vector<std::string_view> usable(identifiers.begin(), identifiers.end());
    if (limit_.cut(usable)) {
      if (const Handle* known = finder_.find(usable)) return *known;
    }
    return finder_.add(usable);
  }

  const Recorded<Handle>& family() const { return finder_.family(); }

 private:
  static constexpr double kMost =
      std::is_same_v<Handle, Gauge> ? std::numeric_limits<double>::max() : kMostAdded;

  SeriesFinder<Handle> finder_;
  Rejections rejections_;
  IdentifierLimit limit_;
};

}  // namespace orchestrator_exporter
