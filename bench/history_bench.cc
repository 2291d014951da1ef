// What the history in memory costs: bytes and nanoseconds a sample, and the memory of an hour of
// 600 series at 15 s, of which two thirds never change, as on a quiet host.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/simulated_host.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history/head.h"

namespace {

using namespace orchestrator_exporter;
using history::Head;

constexpr int kSeries = 600;
constexpr std::size_t kReadings = 240;

// Readings of it 15 s apart, which do not count as work of the head.
class Readings {
 public:
  std::shared_ptr<Snapshot> next() {
    auto reading = std::make_shared<Snapshot>();
    host_.give(*reading);
    reading->time = now_ += std::chrono::seconds(15);
    reading->findLayout();
    return reading;
  }

 private:
  SimulatedHost host_{kSeries};
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'700'000'000)};
};

Head::Config config() { return {.external = {{"job", "bench"}, {"instance", "host:10190"}}}; }

void append(benchmark::State& state) {
  Head head(config());
  Readings readings;
  std::vector<std::shared_ptr<Snapshot>> made;
  for (std::size_t i = 0; i < kReadings; ++i) made.push_back(readings.next());
  for (auto _ : state) {
    for (const auto& reading : made) head.take(*reading);
    // The next round sees them an hour later: as many blocks are closed and forgotten as in
    // operation.
    for (const auto& reading : made) reading->time += std::chrono::hours(1);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSeries * kReadings));
}
BENCHMARK(append)->Unit(benchmark::kMicrosecond);

// With the snapshots gone that are not the newest.
void memoryOfAnHour(benchmark::State& state) {
  for (auto _ : state) {
    Readings readings;
    readings.next();
    malloc_trim(0);
    const std::size_t before = mallinfo2().uordblks;
    Head head(config());
    for (std::size_t i = 0; i < kReadings; ++i) head.take(*readings.next());
    const auto used = static_cast<double>(mallinfo2().uordblks - before);
    state.counters["allocated_bytes"] = used;
    state.counters["told_bytes"] = static_cast<double>(head.figures().bytes);
    state.counters["allocated_bytes_a_sample"] = used / (kSeries * kReadings);
  }
}
BENCHMARK(memoryOfAnHour)->Iterations(1)->Unit(benchmark::kMillisecond);

// The columns alone, in blocks of 120 readings.
void columns(benchmark::State& state) {
  SimulatedHost host(kSeries);
  std::vector<std::vector<double>> rows(kSeries);
  std::vector<double> values;
  for (std::size_t i = 0; i < 120; ++i) {
    Snapshot reading;
    host.give(reading);
    values.clear();
    reading.appendValues(values);
    for (std::size_t j = 0; j < rows.size(); ++j) rows[j].push_back(values[j]);
  }
  std::vector<history::ColumnWriter> writers(kSeries);
  std::vector<std::uint8_t> bytes;
  for (auto _ : state) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      writers[j].clear();
      for (const double value : rows[j]) writers[j].append(value);
    }
  }
  for (const auto& writer : writers) writer.write(bytes);
  state.SetItemsProcessed(state.iterations() * kSeries * 120);
  state.counters["bytes_a_sample"] = static_cast<double>(bytes.size()) / (kSeries * 120);
}
BENCHMARK(columns)->Unit(benchmark::kMicrosecond);

// An hour of four series by name, and of all by a regular expression.
void select(benchmark::State& state, const LabelMatcher& matcher) {
  Head head(config());
  Readings readings;
  for (std::size_t i = 0; i < kReadings; ++i) head.take(*readings.next());
  const std::vector<LabelMatcher> matchers = {matcher};
  std::size_t samples = 0;
  for (auto _ : state) {
    for (const auto& series : head.select({.matchers = matchers}, SIZE_MAX).series) {
      samples += series.samples->times.size();
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(samples));
}
BENCHMARK_CAPTURE(select, fourSeries, {"__name__", LabelMatcher::Operator::kEqual, "host_9"})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(select, allSeries, {"__name__", LabelMatcher::Operator::kMatches, "host_.*"})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
