#pragma once

#include <cmath>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/registry/cells.h"
#include "metrics/registry/family.h"
#include "metrics/registry/histogram_cell.h"

namespace orchestrator_exporter {

// Handles to series of a MetricsRegistry. Copies name the same series. Every call is safe from any
// thread and at any time, also after the series was removed or has expired and after the registry
// is gone: what is recorded to a removed series goes nowhere; an expired one is shown again as soon
// as something is recorded to it. No call of a handle throws; a value that makes no sense changes
// nothing and is counted in metrics_registry_rejected_values_total.
template <typename Cell>
class SeriesHandle {
 public:
  SeriesHandle(SeriesReference<Cell> series, std::shared_ptr<FamilyTally> tally)
      : series_(std::move(series)), tally_(std::move(tally)) {}

  // False once the series was removed.
  bool attached() const { return series_->use() != Use::kRemoved; }
  // The same for two handles to one series, and different while handles to two series live.
  const void* identity() const { return series_.get(); }

 protected:
  // Runs record(cell) if `sensible`.
  template <typename Record>
  void recordIf(bool sensible, Record record) const {
    if (!sensible) [[unlikely]] {
      tally_->rejectedValues.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    record(series_->cell);
    series_->touch();
  }
  const Cell& cell() const { return series_->cell; }

 private:
  SeriesReference<Cell> series_;
  std::shared_ptr<FamilyTally> tally_;
};

class Counter : public SeriesHandle<CounterCell> {
 public:
  using Cell = CounterCell;
  using SeriesHandle::SeriesHandle;

  // `amount` is finite and not negative.
  void add(double amount = 1) const noexcept {
    recordIf(amount >= 0 && std::isfinite(amount),
             [&](CounterCell& cell) { cell.counter.Increment(amount); });
  }
  // With an example of what was counted, usually {{"trace_id", id}}, which is shown until the next
  // one; `unixSeconds` is when.
  void add(double amount, std::span<const Label> exemplar, double unixSeconds) const noexcept {
    recordIf(amount >= 0 && std::isfinite(amount),
             [&](CounterCell& cell) { cell.increment(amount, exemplar, unixSeconds); });
  }
  double value() const noexcept { return cell().counter.Value(); }
};

class Gauge : public SeriesHandle<GaugeCell> {
 public:
  using Cell = GaugeCell;
  using SeriesHandle::SeriesHandle;

  // Any number; NaN and infinities too.
  void set(double value) const noexcept {
    recordIf(true, [&](GaugeCell& cell) { cell.gauge.Set(value); });
  }
  // `amount` is finite; negative to take away.
  void add(double amount = 1) const noexcept {
    recordIf(std::isfinite(amount), [&](GaugeCell& cell) {
      // Some versions of prometheus-cpp ignore a negative increment.
      amount < 0 ? cell.gauge.Decrement(-amount) : cell.gauge.Increment(amount);
    });
  }
  double value() const noexcept { return cell().gauge.Value(); }
};

class Histogram : public SeriesHandle<HistogramCell> {
 public:
  using Cell = HistogramCell;
  using SeriesHandle::SeriesHandle;

  // `value` is finite.
  void observe(double value) const noexcept {
    recordIf(std::isfinite(value), [&](HistogramCell& cell) { cell.observe(value); });
  }
  // With an example of what was observed, usually {{"trace_id", id}}, which its bucket shows until
  // the next one; `unixSeconds` is when. Only for families that keep exemplars.
  void observe(double value, std::span<const Label> exemplar, double unixSeconds) const noexcept {
    recordIf(std::isfinite(value),
             [&](HistogramCell& cell) { cell.observe(value, exemplar, unixSeconds); });
  }
  // As HistogramCell::observeMany.
  void observeMany(const std::vector<double>& counts, double sum) const noexcept {
    recordIf(std::isfinite(sum), [&](HistogramCell& cell) { cell.observeMany(counts, sum); });
  }
  std::uint64_t count() const { return cell().count(); }
  double sum() const { return cell().sum(); }
};

class Summary : public SeriesHandle<SummaryCell> {
 public:
  using Cell = SummaryCell;
  using SeriesHandle::SeriesHandle;

  // `value` is finite.
  void observe(double value) const noexcept {
    recordIf(std::isfinite(value), [&](SummaryCell& cell) { cell.summary.Observe(value); });
  }
};

// A family of such series, as MetricsRegistry gives it. Copies name the same family. Thread-safe.
template <typename Handle>
class Recorded {
 public:
  using Cell = typename Handle::Cell;

  explicit Recorded(std::shared_ptr<RecordedFamily<Cell>> family) : family_(std::move(family)) {}

  // The series with these label values, in the order in which the labels were declared; made if it
  // is not there yet. Takes a lock and builds the text of the labels: keep the handle. Throws
  // std::invalid_argument for another number of values than of labels.
  Handle with(std::initializer_list<std::string_view> values) const {
    return with(std::span<const std::string_view>(values.begin(), values.size()));
  }
  Handle with(std::span<const std::string_view> values) const {
    return Handle(family_->find(values), family_->tally());
  }

  // Takes a series out; false if there is none. It begins at 0 when it is asked for again. Throws
  // as with().
  bool remove(std::initializer_list<std::string_view> values) const {
    return family_->remove({values.begin(), values.size()});
  }
  void removeAll() const { family_->removeAll(); }
  std::size_t size() const { return family_->size(); }
  const std::string& name() const { return family_->name(); }

 private:
  std::shared_ptr<RecordedFamily<Cell>> family_;
};

using Counters = Recorded<Counter>;
using Gauges = Recorded<Gauge>;
using Histograms = Recorded<Histogram>;
using Summaries = Recorded<Summary>;

}  // namespace orchestrator_exporter
