// What a scrape of many counters costs, and what a series takes in memory: this library and
// prometheus-cpp side by side. bench/scrape reads these names.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <string>

#include "metrics/exposition/exposition.h"
#include "metrics/registry/metrics_registry.h"

namespace {

using orchestrator_exporter::Counters;
using orchestrator_exporter::ExpositionWriter;
using orchestrator_exporter::MetricsRegistry;

constexpr int kQueues = 100;

std::string queueOf(int i) { return "queue-" + std::to_string(i % kQueues); }
std::string workerOf(int i) { return "worker-" + std::to_string(100'000 + i / kQueues); }

void fillOurs(MetricsRegistry& registry, int series) {
  const Counters jobs = registry.counter("jobs_total", "Jobs done.", {"queue", "worker"});
  for (int i = 0; i < series; ++i) jobs.with({queueOf(i), workerOf(i)}).add(i);
}

void fillTheirs(prometheus::Registry& registry, int series) {
  auto& jobs = prometheus::BuildCounter().Name("jobs_total").Help("Jobs done.").Register(registry);
  for (int i = 0; i < series; ++i) {
    jobs.Add({{"queue", queueOf(i)}, {"worker", workerOf(i)}}).Increment(i);
  }
}

void countPerSeries(benchmark::State& state) {
  state.counters["per_series"] = benchmark::Counter(
      static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void write(benchmark::State& state, const orchestrator_exporter::ExpositionOptions& options) {
  MetricsRegistry registry;
  fillOurs(registry, static_cast<int>(state.range(0)));
  const auto writer = ExpositionWriter::make(options);
  for (auto _ : state) {
    registry.collect(*writer);
    benchmark::DoNotOptimize(writer->finish());
    writer->clear();
  }
  countPerSeries(state);
}

// Takes samples and drops them: what is left is the registry's own share.
class Nowhere final : public orchestrator_exporter::Sink, public orchestrator_exporter::FamilySink {
 public:
  FamilySink& family(const orchestrator_exporter::FamilyHead&) override { return *this; }
  void sample(double, std::span<const orchestrator_exporter::Label>,
              const orchestrator_exporter::SampleExtras&) override {}
  void histogram(const orchestrator_exporter::HistogramValue&,
                 std::span<const orchestrator_exporter::Label>) override {}
  void summary(const orchestrator_exporter::SummaryValue&,
               std::span<const orchestrator_exporter::Label>) override {}
  void preparedSample(double value, std::string_view,
                      const orchestrator_exporter::SampleExtras&) override {
    benchmark::DoNotOptimize(value);
  }
};

void collectOnly(benchmark::State& state) {
  MetricsRegistry registry;
  fillOurs(registry, static_cast<int>(state.range(0)));
  Nowhere nowhere;
  for (auto _ : state) registry.collect(nowhere);
  countPerSeries(state);
}
BENCHMARK(collectOnly)->Arg(100'000)->Arg(1'000'000);

void writeOurs(benchmark::State& state) { write(state, {}); }
BENCHMARK(writeOurs)->Arg(100'000)->Arg(1'000'000);

void writeOursProtobuf(benchmark::State& state) {
  write(state, {.format = orchestrator_exporter::Format::kProtobuf});
}
BENCHMARK(writeOursProtobuf)->Arg(100'000);

void writePrometheusCpp(benchmark::State& state) {
  prometheus::Registry registry;
  fillTheirs(registry, static_cast<int>(state.range(0)));
  const prometheus::TextSerializer serializer;
  for (auto _ : state) {
    std::ostringstream text;
    serializer.Serialize(text, registry.Collect());
    benchmark::DoNotOptimize(text.str());
  }
  countPerSeries(state);
}
BENCHMARK(writePrometheusCpp)->Arg(100'000)->Arg(1'000'000);

// Finding a series by its labels, where no handle is kept.
void findSeries(benchmark::State& state) {
  MetricsRegistry registry;
  const int series = static_cast<int>(state.range(0));
  fillOurs(registry, series);
  const Counters jobs = registry.counter("jobs_total", "Jobs done.", {"queue", "worker"});
  const std::string queue = queueOf(series / 2);
  const std::string worker = workerOf(series / 2);
  for (auto _ : state) jobs.with({queue, worker}).add();
}
BENCHMARK(findSeries)->Arg(100'000);

double allocatedBytes() {
  const struct mallinfo2 now = mallinfo2();
  return static_cast<double>(now.uordblks + now.hblkhd);
}

template <typename Registry>
double bytesPerSeries(int series, void (*fill)(Registry&, int)) {
  const double before = allocatedBytes();
  Registry registry;
  fill(registry, series);
  return (allocatedBytes() - before) / series;
}

void memoryPerSeries(benchmark::State& state) {
  const int series = static_cast<int>(state.range(0));
  double ours = 0;
  double theirs = 0;
  for (auto _ : state) {
    ours = bytesPerSeries<MetricsRegistry>(series, fillOurs);
    theirs = bytesPerSeries<prometheus::Registry>(series, fillTheirs);
  }
  state.counters["bytes"] = ours;
  state.counters["bytes_prometheus_cpp"] = theirs;
  // Negative: the cells are not in prometheus-cpp's families, so a series takes less altogether.
  state.counters["bytes_beyond_prometheus_cpp"] = ours - theirs;
}
BENCHMARK(memoryPerSeries)->Arg(100'000)->Arg(1'000'000)->Iterations(1);

}  // namespace
