#include "metrics/instruments/http_request_metrics.h"

#include <algorithm>
#include <array>

#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                         "CONNECT", "OPTIONS", "TRACE", "PATCH"};
constexpr int kFirstStatus = 100;
constexpr int kLastStatus = 599;

std::string_view knownMethod(std::string_view method) {
  const auto at = std::find(std::begin(kMethods), std::end(kMethods), method);
  return at == std::end(kMethods) ? "other" : *at;
}

std::array<char, 3> digitsOf(int status) {
  return {static_cast<char>('0' + status / 100), static_cast<char>('0' + status / 10 % 10),
          static_cast<char>('0' + status % 10)};
}

HttpRequestMetricsOptions completed(HttpRequestMetricsOptions options) {
  if (options.bounds.empty()) options.bounds = shortTimeBounds();
  options.families.unit = "seconds";
  return options;
}

}  // namespace

HttpRequestMetrics::HttpRequestMetrics(MetricsRegistry& registry, HttpRequestMetricsOptions options)
    : options_(completed(std::move(options))),
      duration_(registry, registry.histogram("http_request_duration_seconds",
                                             "Time from a request to the end of its answer.",
                                             {.bounds = options_.bounds},
                                             {"method", "route", "status"}, options_.families)),
      rejections_(registry) {}

void HttpRequestMetrics::record(std::string_view method, std::string_view route, int status,
                                std::chrono::nanoseconds duration) const noexcept {
  if (status < kFirstStatus || status > kLastStatus)
    return rejections_.count(Rejection::kOutOfRange);
  const std::array<char, 3> digits = digitsOf(status);
  const double seconds = std::chrono::duration<double>(duration).count();
  duration_.record(
      std::array{knownMethod(method), route, std::string_view(digits.data(), digits.size())},
      seconds, [&](const Histogram& histogram) { histogram.observe(seconds); });
}

}  // namespace orchestrator_exporter
