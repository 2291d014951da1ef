// The way of samples of remote write 1.0 from a request's bytes into the history in memory:
// requests of 2,000 samples, as a Prometheus sends them, of series that are known.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>

#include "http/ingest/remote_write/decoding.h"
#include "http/ingest/remote_write/request_intake.h"
#include "metrics/history/intake/head_intake.h"

namespace {

using namespace orchestrator_exporter;
using history::Head;

constexpr int kSamplesOfRequest = 2000;

void addLabel(protozero::pbf_writer& series, const std::string& name, const std::string& value) {
  protozero::pbf_writer label(series, 1);
  label.add_string(1, name);
  label.add_string(2, value);
}

std::string request(std::int64_t time) {
  std::string bytes;
  protozero::pbf_writer all(bytes);
  for (int i = 0; i < kSamplesOfRequest; ++i) {
    protozero::pbf_writer series(all, 1);
    addLabel(series, "__name__", "http_requests_total");
    addLabel(series, "code", "200");
    addLabel(series, "handler", "/api/v1/" + std::to_string(i % 100));
    addLabel(series, "instance", "host-" + std::to_string(i / 100) + ":9100");
    addLabel(series, "job", "node");
    addLabel(series, "method", "GET");
    protozero::pbf_writer sample(series, 2);
    sample.add_double(1, static_cast<double>(i) + static_cast<double>(time) / 1000);
    sample.add_int64(2, time);
  }
  return bytes;
}

void BM_Receive(benchmark::State& state) {
  const auto head = std::make_shared<Head>(Head::Config());
  history::HeadIntake intake(head, nullptr);
  std::int64_t time = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string bytes = request(time += 15'000);
    state.ResumeTiming();
    auto decoded = http::remote_write::decodeWriteRequest(bytes);
    benchmark::DoNotOptimize(http::remote_write::giveTo(intake, decoded, time));
  }
  state.SetItemsProcessed(state.iterations() * kSamplesOfRequest);
}
BENCHMARK(BM_Receive)->Unit(benchmark::kMicrosecond);

}  // namespace
