// What the history on disk costs: bytes a sample after a day of a quiet host's 600 series, or of a
// host that was recorded into the file of the environment's BENCH_RECORDED, the time
// to write a reading, and the time to open thirty days of 2,500 series and answer a first question.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/recorded_host.h"
#include "bench/simulated_host.h"
#include "metrics/history/store/stored_history.h"

namespace {

using namespace orchestrator_exporter;
using history::Head;
using history::Store;

// The readings of a host, 15 s apart.
class ReadHost {
 public:
  explicit ReadHost(int series)
      : series_(static_cast<std::size_t>(series)),
        give_([host = SimulatedHost(series)](Sink& out) mutable { host.give(out); }) {}
  explicit ReadHost(RecordedHost host) : series_(host.size()) {
    give_ = [host = std::move(host)](Sink& out) mutable { host.give(out); };
  }

  std::size_t series() const { return series_; }

  std::shared_ptr<Snapshot> read() {
    auto reading = std::make_shared<Snapshot>();
    give_(*reading);
    reading->time = now_ += std::chrono::milliseconds(15'000 + delay_() % 3);
    reading->findLayout();
    return reading;
  }

 private:
  std::size_t series_;
  std::function<void(Sink&)> give_;
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'699'920'000)};
  std::mt19937_64 delay_{1};
};

// That of the environment's BENCH_HISTORY, which stays, or one that goes again.
class Directory {
 public:
  Directory() {
    if (const char* const given = std::getenv("BENCH_HISTORY")) {
      path_ = given;
      stays_ = true;
      return;
    }
    std::string name = std::filesystem::temp_directory_path() / "benchXXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Directory() {
    if (!stays_) std::filesystem::remove_all(path_);
  }
  Store::Config config() const { return {.directory = path_}; }
  double bytes() const {
    return static_cast<double>(std::filesystem::file_size(path_ / "history.db"));
  }

 private:
  std::filesystem::path path_;
  bool stays_ = false;
};

double residentBytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

constexpr int kReadingsOfDay = 24 * 60 * 4;
constexpr int kDays = 30;

// Returns what is resident in the end.
double fill(const Directory& directory, ReadHost& host, int readings) {
  const auto head =
      std::make_shared<Head>(Head::Config{.retention = Store::kHeadRetention, .hasArchive = true});
  Store::Config config = directory.config();
  config.retention.readings = std::chrono::hours(24 * kDays);
  Store store(std::move(config), head);
  for (int i = 0; i < readings; ++i) {
    store.take(host.read());
    store.drain();
  }
  return residentBytes();
}

void BM_DayOnDisk(benchmark::State& state) {
  const char* const recorded = std::getenv("BENCH_RECORDED");
  for (auto _ : state) {
    const Directory directory;
    ReadHost host = recorded != nullptr ? ReadHost(RecordedHost(recorded)) : ReadHost(600);
    const double before = residentBytes();
    state.counters["resident_bytes"] = fill(directory, host, kReadingsOfDay) - before;
    const double samples = (static_cast<double>(host.series()) + 5) * kReadingsOfDay;
    state.counters["samples"] = samples;
    state.counters["bytes_a_sample"] = directory.bytes() / samples;
  }
}
BENCHMARK(BM_DayOnDisk)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_WriteReading(benchmark::State& state) {
  const Directory directory;
  ReadHost host(600);
  const auto head =
      std::make_shared<Head>(Head::Config{.retention = Store::kHeadRetention, .hasArchive = true});
  Store store(directory.config(), head);
  for (auto _ : state) {
    state.PauseTiming();
    auto reading = host.read();
    state.ResumeTiming();
    store.take(std::move(reading));
    store.drain();
  }
}
BENCHMARK(BM_WriteReading)->Unit(benchmark::kMicrosecond);

void BM_OpenAndAsk(benchmark::State& state) {
  const Directory directory;
  {
    ReadHost host(2500);
    fill(directory, host, kDays * kReadingsOfDay);
  }
  Store::Config config = directory.config();
  config.retention.readings = std::chrono::hours(24 * kDays);
  for (auto _ : state) {
    const auto head = std::make_shared<Head>(
        Head::Config{.retention = Store::kHeadRetention, .hasArchive = true});
    const auto store = std::make_shared<Store>(config, head);
    const std::vector<LabelMatcher> matchers = {
        {"__name__", LabelMatcher::Operator::kEqual, "host_0"}};
    const Selected found =
        history::StoredHistory(head, store).select({.matchers = matchers}, SIZE_MAX);
    std::size_t samples = 0;
    for (const SelectedSeries& one : found.series) samples += one.samples->times.size();
    state.counters["samples"] = static_cast<double>(samples);
    state.counters["bytes"] = directory.bytes();
  }
}
BENCHMARK(BM_OpenAndAsk)->Unit(benchmark::kMillisecond);

}  // namespace
