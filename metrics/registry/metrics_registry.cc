#include "metrics/registry/metrics_registry.h"

#include <stdexcept>
#include <utility>

#include "metrics/registry/prometheus_adapters.h"

namespace orchestrator_exporter {

namespace {

std::function<FamilyTime()> makeClock(const RegistryOptions& options) {
  auto wall = options.wallClock;
  if (!wall) wall = [] { return std::chrono::system_clock::now(); };
  auto steady = options.steadyClock;
  if (!steady) steady = [] { return std::chrono::steady_clock::now(); };
  return [wall, steady, begin = steady()] {
    const auto unix = std::chrono::floor<std::chrono::seconds>(wall().time_since_epoch());
    return FamilyTime{static_cast<std::uint32_t>(unix.count()),
                      static_cast<std::uint32_t>((steady() - begin) / kFamilyTick)};
  };
}

[[noreturn]] void refuseName(const AnyFamily& taken) {
  std::string labels;
  for (const std::string& name : taken.schema().names()) labels += " " + name;
  throw std::invalid_argument("metric '" + taken.name() +
                              "' is registered already, with another type, help, labels or options"
                              " (labels:" +
                              (labels.empty() ? " none" : labels) + ")");
}

}  // namespace

MetricsRegistry::MetricsRegistry(RegistryOptions options)
    : prometheus_(options.prometheusRegistry ? options.prometheusRegistry
                                             : std::make_shared<prometheus::Registry>()),
      commons_(new FamilyCommons{makeClock(options), {options.maxSeries, options.maxLabelBytes}}) {}

MetricsRegistry::~MetricsRegistry() { link_.cut(); }

template <typename Cell>
std::shared_ptr<RecordedFamily<Cell>> MetricsRegistry::family(const std::string& name,
                                                              const std::string& help,
                                                              std::vector<std::string> labels,
                                                              FamilyOptions options,
                                                              typename Cell::Settings settings) {
  auto made = std::make_shared<RecordedFamily<Cell>>(
      name, help, LabelSchema(std::move(labels), Cell::kReservedLabel), std::move(options),
      commons_, std::move(settings));
  const std::lock_guard lock(mutex_);
  const auto [at, inserted] = families_.try_emplace(name, made);
  if (inserted) return made;
  auto found = std::dynamic_pointer_cast<RecordedFamily<Cell>>(at->second);
  if (found == nullptr || found->help() != help || found->options() != made->options() ||
      found->schema().names() != made->schema().names() ||
      !(found->settings() == made->settings())) {
    refuseName(*at->second);
  }
  return found;
}

Counters MetricsRegistry::counter(const std::string& name, const std::string& help,
                                  std::vector<std::string> labels, FamilyOptions options) {
  return Counters(family<CounterCell>(name, help, std::move(labels), std::move(options), {}));
}

Gauges MetricsRegistry::gauge(const std::string& name, const std::string& help,
                              std::vector<std::string> labels, FamilyOptions options) {
  return Gauges(family<GaugeCell>(name, help, std::move(labels), std::move(options), {}));
}

Histograms MetricsRegistry::histogram(const std::string& name, const std::string& help,
                                      HistogramSettings settings, std::vector<std::string> labels,
                                      FamilyOptions options) {
  HistogramCell::check(settings);
  return Histograms(family<HistogramCell>(name, help, std::move(labels), std::move(options),
                                          std::move(settings)));
}

Summaries MetricsRegistry::summary(const std::string& name, const std::string& help,
                                   SummarySettings settings, std::vector<std::string> labels,
                                   FamilyOptions options) {
  SummaryCell::check(settings);
  return Summaries(
      family<SummaryCell>(name, help, std::move(labels), std::move(options), std::move(settings)));
}

bool MetricsRegistry::removeFamily(const std::string& name) {
  std::shared_ptr<AnyFamily> removed;
  {
    const std::lock_guard lock(mutex_);
    const auto at = families_.find(name);
    if (at == families_.end()) return false;
    removed = std::move(at->second);
    families_.erase(at);
  }
  removed->removeAll();
  return true;
}

std::shared_ptr<void> MetricsRegistry::beforeCollection(std::function<void()> hook) {
  auto kept = std::make_shared<Hook>(std::move(hook));
  const std::lock_guard lock(mutex_);
  std::erase_if(hooks_, [](const std::weak_ptr<Hook>& other) { return other.expired(); });
  hooks_.push_back(kept);
  return kept;
}

void MetricsRegistry::runHooks() const {
  std::vector<std::weak_ptr<Hook>> hooks;
  {
    const std::lock_guard lock(mutex_);
    hooks = hooks_;
  }
  // Without the lock: a hook may record to series that are not there yet.
  for (const std::weak_ptr<Hook>& weak : hooks) {
    if (const auto hook = weak.lock()) (*hook)();
  }
}

std::vector<std::shared_ptr<AnyFamily>> MetricsRegistry::families() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<AnyFamily>> all;
  all.reserve(families_.size());
  for (const auto& [name, one] : families_) all.push_back(one);
  return all;
}

void MetricsRegistry::collect(Sink& out) { give(out); }

std::vector<prometheus::MetricFamily> MetricsRegistry::Collect() const {
  MetricFamilySink sink;
  give(sink);
  return sink.take();
}

void MetricsRegistry::give(Sink& out) const {
  runHooks();
  const auto all = families();
  for (const auto& one : all) one->give(out);
  giveMetricFamilies(prometheus_->Collect(), out);
  for (const auto& one : all) {
    const std::uint64_t rejected = one->tally()->rejectedValues.load(std::memory_order_relaxed);
    const std::uint64_t overflows = one->tally()->overflows.load(std::memory_order_relaxed);
    if (rejected != 0) {
      out.counter("metrics_registry_rejected_values_total",
                  "Values that a family could not take, such as a negative one for a counter.")
          .add(static_cast<double>(rejected), {{"family", one->name()}});
    }
    if (overflows != 0) {
      out.counter("metrics_registry_overflows_total",
                  "Requests for a new series that went to the overflow series of a full family.")
          .add(static_cast<double>(overflows), {{"family", one->name()}});
    }
  }
}

}  // namespace orchestrator_exporter
