// What a record costs: by the facade with labels given each time, by bound series, by handles of
// the registry, and by prometheus-cpp in the same run; alone and with two threads.
#include <benchmark/benchmark.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "metrics/exposition/exposition.h"
#include "metrics/recording/metrics_collector.h"

namespace {

using orchestrator_exporter::MetricsCollector;
using orchestrator_exporter::MetricsRegistry;

// A few series in turns, as a program would have them.
constexpr std::string_view kOrchestrators[] = {"orch-1", "orch-2", "orch-3", "orch-4"};
constexpr std::string_view kModels[] = {"claude-sonnet-3.5", "claude-opus-3"};

struct Recording {
  explicit Recording(bool batching) : collector(registry, {.enableBatching = batching}) {}
  MetricsRegistry registry;
  MetricsCollector collector;
};

// One collector for all threads of a benchmark: made before they start, and gone after the last.
std::unique_ptr<Recording> recording;
void setUp(const benchmark::State& state) {
  recording = std::make_unique<Recording>(state.range(0) != 0);
}
void tearDown(const benchmark::State&) { recording.reset(); }

template <typename Record>
void run(benchmark::State& state, Record record) {
  MetricsCollector& collector = recording->collector;
  std::size_t i = 0;
  for (auto _ : state) {
    record(collector, kOrchestrators[i & 3], kModels[i >> 2 & 1]);
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}

void recordTokenUsage(benchmark::State& state) {
  run(state, [](MetricsCollector& collector, std::string_view orchestrator,
                std::string_view model) { collector.recordTokenUsage(orchestrator, model, 1500); });
}

void recordMessageLatency(benchmark::State& state) {
  run(state, [](MetricsCollector& collector, std::string_view orchestrator, std::string_view) {
    collector.recordMessageLatency(orchestrator, std::chrono::milliseconds(250));
  });
}

void recordToolInvocation(benchmark::State& state) {
  run(state, [](MetricsCollector& collector, std::string_view orchestrator, std::string_view) {
    collector.recordToolInvocation(orchestrator, "bash", "success");
  });
}

void recordSession(benchmark::State& state) {
  run(state, [](MetricsCollector& collector, std::string_view orchestrator, std::string_view) {
    collector.recordSessionStart(orchestrator, "claude-code");
    collector.recordSessionEnd(orchestrator, "claude-code");
  });
}

void updateNodeLoad(benchmark::State& state) {
  run(state, [](MetricsCollector& collector, std::string_view node, std::string_view) {
    collector.updateNodeLoad(node, 0.5);
  });
}

void boundTokenUsage(benchmark::State& state) {
  const orchestrator_exporter::BoundTokens tokens =
      recording->collector.tokenUsage(kOrchestrators[0], kModels[0]);
  for (auto _ : state) tokens.add(1500);
  state.SetItemsProcessed(state.iterations());
}

// Argument: batching on or off.
#define FACADE(name)                                                                      \
  BENCHMARK(name)->ArgName("batching")->Arg(1)->Arg(0)->Setup(setUp)->Teardown(tearDown); \
  BENCHMARK(name)                                                                         \
      ->ArgName("batching")                                                               \
      ->Arg(1)                                                                            \
      ->Setup(setUp)                                                                      \
      ->Teardown(tearDown)                                                                \
      ->Threads(2)                                                                        \
      ->UseRealTime()
FACADE(recordTokenUsage);
FACADE(recordMessageLatency);
FACADE(recordToolInvocation);
FACADE(recordSession);
FACADE(updateNodeLoad);
FACADE(boundTokenUsage);
#undef FACADE

void registryHandle(benchmark::State& state) {
  static MetricsRegistry registry;
  const orchestrator_exporter::Counter counter =
      registry.counter("tokens_total", "h", {"orchestrator_id", "model"})
          .with({kOrchestrators[0], kModels[0]});
  for (auto _ : state) counter.add(1500);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(registryHandle);
BENCHMARK(registryHandle)->Threads(2)->UseRealTime();

void prometheusCppAdd(benchmark::State& state) {
  static prometheus::Registry registry;
  static auto& family =
      prometheus::BuildCounter().Name("tokens_total").Help("h").Register(registry);
  std::size_t i = 0;
  for (auto _ : state) {
    family
        .Add({{"orchestrator_id", std::string(kOrchestrators[i & 3])},
              {"model", std::string(kModels[i >> 2 & 1])}})
        .Increment(1500);
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prometheusCppAdd);
BENCHMARK(prometheusCppAdd)->Threads(2)->UseRealTime();

// With three labels, as a tool invocation has them.
void prometheusCppAddThree(benchmark::State& state) {
  static prometheus::Registry registry;
  static auto& family = prometheus::BuildCounter().Name("calls_total").Help("h").Register(registry);
  std::size_t i = 0;
  for (auto _ : state) {
    family
        .Add({{"orchestrator_id", std::string(kOrchestrators[i & 3])},
              {"tool_name", "bash"},
              {"status", "success"}})
        .Increment();
    ++i;
  }
}
BENCHMARK(prometheusCppAddThree);

void prometheusCppKeptCell(benchmark::State& state) {
  prometheus::Counter counter;
  for (auto _ : state) counter.Increment(1500);
}
BENCHMARK(prometheusCppKeptCell);

// How long the slowest records take, in nanoseconds with the clock's own 20 or so, while another
// thread scrapes and flushes all the time.
void slowestRecords(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  MetricsCollector& collector = recording->collector;
  std::atomic<bool> done{false};
  std::thread scraper([&] {
    const auto writer = orchestrator_exporter::ExpositionWriter::make({});
    while (!done) {
      recording->registry.collect(*writer);
      writer->finish();
      writer->clear();
      collector.flush();
    }
  });
  std::vector<std::int64_t> times;
  times.reserve(static_cast<std::size_t>(state.max_iterations));
  std::size_t i = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    collector.recordTokenUsage(kOrchestrators[i & 3], kModels[i >> 2 & 1], 1500);
    times.push_back((Clock::now() - start).count());
    ++i;
  }
  done = true;
  scraper.join();
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return static_cast<double>(
        times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]);
  };
  state.counters["p50_ns"] = at(0.5);
  state.counters["p99_ns"] = at(0.99);
  state.counters["p99.9_ns"] = at(0.999);
}
BENCHMARK(slowestRecords)
    ->ArgName("batching")
    ->Arg(1)
    ->Setup(setUp)
    ->Teardown(tearDown)
    ->Iterations(2'000'000);

// How the throughput of two threads compares with that of one, in short slices that follow each
// other, so that the machine is the same for both: 2 where they do not meet at all. The best of
// the slices is told, as other programs on the machine can only lower it; so is the same for work
// that shares nothing, which shows what the machine had to give.
template <typename Work>
double recordsPerSecond(int threads, Work work) {
  constexpr int kRecords = 200'000;
  std::atomic<int> ready{0};
  std::vector<std::thread> all;
  std::vector<std::chrono::steady_clock::duration> times(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      work();  // finds its series
      ++ready;
      while (ready < threads) {
      }
      const auto start = std::chrono::steady_clock::now();
      for (int record = 0; record < kRecords; ++record) work();
      times[static_cast<std::size_t>(i)] = std::chrono::steady_clock::now() - start;
    });
  }
  for (std::thread& thread : all) thread.join();
  const auto slowest = *std::max_element(times.begin(), times.end());
  return threads * kRecords / std::chrono::duration<double>(slowest).count();
}

struct Throughput {
  double one = 0;
  double two = 0;
  double scaling() const { return two / one; }
};

template <typename Work>
Throughput bestOf(Work work) {
  Throughput best;
  for (int slice = 0; slice < 40; ++slice) {
    best.one = std::max(best.one, recordsPerSecond(1, work));
    best.two = std::max(best.two, recordsPerSecond(2, work));
  }
  return best;
}

void scaling(benchmark::State& state) {
  MetricsCollector& collector = recording->collector;
  static prometheus::Registry registry;
  static auto& family =
      prometheus::BuildCounter().Name("tokens_total").Help("h").Register(registry);
  for (auto _ : state) {
    const Throughput ours =
        bestOf([&] { collector.recordTokenUsage(kOrchestrators[0], kModels[0], 1500); });
    const Throughput nothingShared = bestOf([] {
      double sum = 0;
      for (int i = 0; i < 8; ++i) benchmark::DoNotOptimize(sum += i);
    });
    const Throughput theirs = bestOf([&] {
      family
          .Add({{"orchestrator_id", std::string(kOrchestrators[0])},
                {"model", std::string(kModels[0])}})
          .Increment(1500);
    });
    state.counters["ours"] = ours.scaling();
    state.counters["nothing_shared"] = nothingShared.scaling();
    state.counters["prometheus_cpp"] = theirs.scaling();
    state.counters["times_faster_alone"] = ours.one / theirs.one;
    state.counters["times_faster_with_two"] = ours.two / theirs.two;
  }
}
BENCHMARK(scaling)
    ->ArgName("batching")
    ->Arg(1)
    ->Setup(setUp)
    ->Teardown(tearDown)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
