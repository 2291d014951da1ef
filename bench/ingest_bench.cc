// The way of points of the OpenTelemetry protocol from a request's bytes into the store: known and
// new series, in protobuf and JSON, and what a series takes in memory.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <utility>
#include <vector>

#include "http/ingest/otlp/decoding/json_metrics.h"
#include "http/ingest/otlp/decoding/protobuf_metrics.h"
#include "http/ingest/otlp/metrics_intake.h"

namespace {

using namespace orchestrator_exporter;
using namespace orchestrator_exporter::http::otlp;

constexpr int kPointsOfMetric = 50;

// As agents send: some attributes that stay, some that are dropped.
std::vector<std::pair<std::string, std::string>> attributesOf(int series) {
  return {{"model", "claude-opus-5-5"},
          {"type", "input"},
          {"query_source", "main"},
          {"terminal.type", "dumb"},
          {"session.id", "00000000-0000-4000-8000-000000000053"},
          {"user.id", std::string(64, '0')},
          {"series", std::to_string(series)}};
}

std::string protobufRequest(int points, std::uint64_t time, int firstSeries) {
  std::string bytes;
  protozero::pbf_writer request(bytes);
  protozero::pbf_writer one(request, 1);
  {
    protozero::pbf_writer resource(one, 1);
    protozero::pbf_writer pair(resource, 1);
    pair.add_string(1, "service.name");
    protozero::pbf_writer(pair, 2).add_string(1, "bench");
  }
  protozero::pbf_writer scope(one, 2);
  for (int i = 0; i < points; i += kPointsOfMetric) {
    protozero::pbf_writer metric(scope, 2);
    metric.add_string(1, "bench.usage." + std::to_string((firstSeries + i) / 1'000));
    metric.add_string(3, "tokens");
    protozero::pbf_writer sum(metric, 7);
    for (int j = i; j < i + kPointsOfMetric; ++j) {
      protozero::pbf_writer point(sum, 1);
      for (const auto& [key, value] : attributesOf(firstSeries + j)) {
        protozero::pbf_writer pair(point, 7);
        pair.add_string(1, key);
        protozero::pbf_writer(pair, 2).add_string(1, value);
      }
      point.add_fixed64(2, 1'000);
      point.add_fixed64(3, time);
      point.add_double(4, static_cast<double>(time));
    }
    sum.add_enum(2, 2);
    sum.add_bool(3, true);
  }
  return bytes;
}

std::string jsonRequest(int points, std::uint64_t time, int firstSeries) {
  std::string text =
      R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bench"}}]},"scopeMetrics":[{"scope":{"name":"s"},"metrics":[)";
  for (int i = 0; i < points; i += kPointsOfMetric) {
    if (i > 0) text += ',';
    text +=
        R"({"name":"bench.usage.)" + std::to_string((firstSeries + i) / 1'000) +
        R"(","description":"","unit":"tokens","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[)";
    for (int j = i; j < i + kPointsOfMetric; ++j) {
      if (j > i) text += ',';
      text += R"({"attributes":[)";
      bool first = true;
      for (const auto& [key, value] : attributesOf(firstSeries + j)) {
        if (!std::exchange(first, false)) text += ',';
        text += R"({"key":")" + key + R"(","value":{"stringValue":")" + value + R"("}})";
      }
      text += R"(],"startTimeUnixNano":"1000","timeUnixNano":")" + std::to_string(time) +
              R"(","asDouble":)" + std::to_string(time) + "}";
    }
    text += "]}}";
  }
  return text + "]}]}]}";
}

PushedMetrics::Config wide() {
  PushedMetrics::Config config;
  config.limits.maxSeries = 2'000'000;
  config.limits.maxSeriesPerFamily = 2'000'000;
  config.limits.maxStreams = 4'000'000;
  return config;
}

constexpr std::uint64_t kNow = 1'700'000'000'000'000'000;

template <typename Make, typename Decode>
void knownPoints(benchmark::State& state, Make make, Decode decode) {
  constexpr int kPoints = 1'000;
  PushedMetrics store(wide());
  const MetricsRules rules;
  std::uint64_t time = 1'000;
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string request = make(kPoints, ++time, 0);
    bytes = request.size();
    state.ResumeTiming();
    MetricsIntake intake(store, rules, "127.0.0.1", kNow);
    decode(request, intake);
    if (intake.counts().accepted != kPoints) state.SkipWithError("points were refused");
  }
  state.SetItemsProcessed(state.iterations() * kPoints);
  state.counters["bytes/point"] = static_cast<double>(bytes) / kPoints;
}

void knownProtobuf(benchmark::State& state) {
  knownPoints(state, protobufRequest, decodeProtobufMetrics);
}
BENCHMARK(knownProtobuf);

void knownJson(benchmark::State& state) { knownPoints(state, jsonRequest, decodeJsonMetrics); }
BENCHMARK(knownJson);

// 100,000 series in requests of 1,000, and what they take.
void newProtobuf(benchmark::State& state) {
  constexpr int kSeries = 100'000;
  constexpr int kPoints = 1'000;
  const MetricsRules rules;
  double memory = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::string> requests;
    for (int i = 0; i < kSeries; i += kPoints) requests.push_back(protobufRequest(kPoints, 9, i));
    const std::size_t before = mallinfo2().uordblks;
    state.ResumeTiming();
    PushedMetrics store(wide());
    for (const std::string& request : requests) {
      MetricsIntake intake(store, rules, "127.0.0.1", kNow);
      decodeProtobufMetrics(request, intake);
    }
    state.PauseTiming();
    memory = static_cast<double>(mallinfo2().uordblks - before) / kSeries;
    if (store.seriesCount() != kSeries) state.SkipWithError("series are missing");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kSeries);
  state.counters["bytes/series"] = memory;
}
BENCHMARK(newProtobuf)->Unit(benchmark::kMillisecond);

}  // namespace
