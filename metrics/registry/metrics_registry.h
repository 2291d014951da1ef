#pragma once

#include <prometheus/collectable.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "metrics/registry/handles.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

struct RegistryOptions {
  // Families that others registered with prometheus-cpp; a new registry where none is given.
  std::shared_ptr<prometheus::Registry> prometheusRegistry = {};
  // What all families that have a FamilyOptions::maxSeries may hold together: a further series goes
  // to the overflow series of its family. 0 = no limit.
  std::size_t maxSeries = 0;
  std::size_t maxLabelBytes = 0;  // of the text of their labels
  // For created times, and for expiry. The system's clocks if empty.
  std::function<std::chrono::system_clock::time_point()> wallClock = {};
  std::function<std::chrono::steady_clock::time_point()> steadyClock = {};
};

class MetricsRegistry;

// A registry that may go while others record: for who registers families with the first record.
// Thread-safe.
class RegistryLink {
 public:
  explicit RegistryLink(MetricsRegistry* registry) : state_(std::make_shared<State>(registry)) {}

  // Runs use(registry); the registry stays until it comes back. False if it is gone. Throws what
  // use() throws.
  template <typename Use>
  bool use(const Use& use) const {
    const std::lock_guard lock(state_->mutex);
    if (state_->registry == nullptr) return false;
    use(*state_->registry);
    return true;
  }
  // For the end of the registry.
  void cut() const {
    const std::lock_guard lock(state_->mutex);
    state_->registry = nullptr;
  }

 private:
  struct State {
    explicit State(MetricsRegistry* one) : registry(one) {}

    std::mutex mutex;
    MetricsRegistry* registry;
  };
  std::shared_ptr<State> state_;
};

// The metrics that a program records, on top of prometheus-cpp.
//
//   MetricsRegistry registry;
//   Counters jobs = registry.counter("jobs_total", "Jobs done.", {"queue"});
//   Counter mail = jobs.with({"mail"});
//   mail.add();
//
// The cells are prometheus-cpp's Counter, Gauge, Histogram and Summary. They do not lie in its
// Family<T>: that frees a removed cell under the feet of whoever still counts in it, keeps a map of
// strings for each series, and offers nothing but Collect() to read it, which copies all of them.
// So the families are our own (RecordedFamily): handles outlive everything, the text of the labels
// is kept ready for the writers, and a series takes less memory than in Family<T>.
//
// Families that others register in prometheusRegistry() are served too, through Collect(); a
// name in both is a matter of the sink, which takes the types that agree.
//
// Thread-safe. A collection may run while others record, register and remove.
class MetricsRegistry final : public Source, public prometheus::Collectable {
 public:
  explicit MetricsRegistry(RegistryOptions options = {});
  ~MetricsRegistry() override;
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  // A family with these labels. Asked for again with the same type, help, labels and options it is
  // the same family. Throws std::invalid_argument, with the reason, for a bad name, label or
  // option, and if the name is taken by another type, or with another help, other labels or other
  // options.
  //
  // A counter's name should end in `_total`. No suffix is ever added; without it OpenMetrics shows
  // the family as one of unknown type, so that the name is the same in every format.
  Counters counter(const std::string& name, const std::string& help,
                   std::vector<std::string> labels = {}, FamilyOptions options = {});
  Gauges gauge(const std::string& name, const std::string& help,
               std::vector<std::string> labels = {}, FamilyOptions options = {});
  // {.bounds = {0.1, 1, 10}}; rows of bounds are in bucket_bounds.h. Without bounds there is one
  // bucket, that of +Inf: a number and a sum, and no quantiles.
  Histograms histogram(const std::string& name, const std::string& help, HistogramSettings settings,
                       std::vector<std::string> labels = {}, FamilyOptions options = {});
  // {.quantiles = {{0.5, 0.05}, {0.99, 0.001}}}
  Summaries summary(const std::string& name, const std::string& help, SummarySettings settings,
                    std::vector<std::string> labels = {}, FamilyOptions options = {});

  // Takes a family out with all of its series; false if there is none. What is recorded through
  // handles that are left goes nowhere.
  bool removeFamily(const std::string& name);

  // Calls `hook` at the start of each collection for as long as the returned value lives, and
  // perhaps once more in a collection that runs just then.
  std::shared_ptr<void> beforeCollection(std::function<void()> hook);

  // Everything, and what went wrong: metrics_registry_rejected_values_total{family} and
  // metrics_registry_overflows_total{family}, for families where there was any.
  void collect(Sink& out) override;
  // The same for prometheus-cpp, at its price.
  std::vector<prometheus::MetricFamily> Collect() const override;

  const std::shared_ptr<prometheus::Registry>& prometheusRegistry() const { return prometheus_; }

  const RegistryLink& link() const { return link_; }

  // Grows whenever series were taken out of a family. For those who remember handles by labels.
  std::shared_ptr<const std::atomic<std::uint64_t>> departures() const {
    return {commons_, &commons_->departures};
  }

 private:
  using Hook = std::function<void()>;

  template <typename Cell>
  std::shared_ptr<RecordedFamily<Cell>> family(const std::string& name, const std::string& help,
                                               std::vector<std::string> labels,
                                               FamilyOptions options,
                                               typename Cell::Settings settings);
  std::vector<std::shared_ptr<AnyFamily>> families() const;
  void runHooks() const;
  void give(Sink& out) const;

  const std::shared_ptr<prometheus::Registry> prometheus_;
  const std::shared_ptr<FamilyCommons> commons_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<AnyFamily>, std::less<>> families_;
  mutable std::vector<std::weak_ptr<Hook>> hooks_;
  const RegistryLink link_{this};
};

}  // namespace orchestrator_exporter
