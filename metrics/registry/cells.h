#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/summary.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// What counts in a series: prometheus-cpp's metrics, each with its settings and with give(), which
// hands the current value to a sink. Thread-safe. The cell of a histogram has a file of its own.

class CounterCell {
 public:
  static constexpr MetricType kType = MetricType::kCounter;
  static constexpr std::string_view kReservedLabel = {};
  struct Settings {
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  explicit CounterCell(const Settings&) {}
  ~CounterCell();
  CounterCell(const CounterCell&) = delete;
  CounterCell& operator=(const CounterCell&) = delete;

  // Counts, and keeps an example of it, unless it has no labels; `timestamp` in Unix seconds.
  void increment(double amount, std::span<const Label> exemplar, double timestamp);
  void give(FamilySink& sink, std::string_view labelText, double created) const {
    if (example_.load(std::memory_order_acquire) != nullptr) [[unlikely]] {
      giveWithExample(sink, labelText, created);
      return;
    }
    sink.preparedSample(counter.Value(), labelText, {.exemplar = nullptr, .created = created});
  }

  prometheus::Counter counter;

 private:
  struct Example;

  void giveWithExample(FamilySink& sink, std::string_view labelText, double created) const;

  std::atomic<Example*> example_ = nullptr;  // made with the first example, and kept
};

class GaugeCell {
 public:
  static constexpr MetricType kType = MetricType::kGauge;
  static constexpr std::string_view kReservedLabel = {};
  struct Settings {
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  explicit GaugeCell(const Settings&) {}
  void give(FamilySink& sink, std::string_view labelText, double) const {
    sink.preparedSample(gauge.Value(), labelText, {});
  }
  bool isZero() const { return gauge.Value() == 0; }

  prometheus::Gauge gauge;
};

// A quantile to follow and the error that is allowed, as a share of the rank.
struct QuantileGoal {
  double quantile = 0;  // 0 to 1
  double error = 0;     // 0 to 1
  friend bool operator==(const QuantileGoal&, const QuantileGoal&) = default;
};

class SummaryCell {
 public:
  static constexpr MetricType kType = MetricType::kSummary;
  static constexpr std::string_view kReservedLabel = "quantile";
  // Quantiles are those of the observations of the last `window`, which moves on in `steps` steps.
  struct Settings {
    std::vector<QuantileGoal> quantiles;
    std::chrono::milliseconds window = std::chrono::minutes(1);
    int steps = 5;
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  // Throws std::invalid_argument for settings that make no sense.
  static void check(const Settings& settings);

  explicit SummaryCell(const Settings& settings);
  void give(FamilySink& sink, std::string_view labelText, double created) const;

  prometheus::Summary summary;
};

using SummarySettings = SummaryCell::Settings;

}  // namespace orchestrator_exporter
