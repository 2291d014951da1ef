#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/timer.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

struct HttpRequestMetricsOptions {
  std::vector<double> bounds = {};  // in seconds; shortTimeBounds() where empty
  FamilyOptions families = {.maxSeries = 10'000};
  // The system's monotonic clock where empty.
  Timer::Clock steadyClock = {};
};

// http_request_duration_seconds{method,route,status} for any HTTP server; knows none itself. Our
// own server tells it through http/server/request_metrics.h, others call it:
//
//   auto request = metrics.begin("GET", "/orders/{id}");
//   ...
//   request.end(200);
//
// `route` is the pattern that matched, never the path that was asked for: clients could make as
// many series as they like of that. "unmatched" is the word for requests that no route took.
// Methods outside RFC 9110 and PATCH become "other". Thread-safe; recording never throws, and a bad
// value is counted in metrics_collector_rejected_updates_total{reason}.
class HttpRequestMetrics {
 public:
  // The registry must outlive the object.
  explicit HttpRequestMetrics(MetricsRegistry& registry, HttpRequestMetricsOptions options = {});

  // `status` is 100 to 599.
  void record(std::string_view method, std::string_view route, int status,
              std::chrono::nanoseconds duration) const noexcept;

  // A request under way. Dropped without end(), as by an exception, it counts with status 500.
  class Request {
   public:
    Request(const HttpRequestMetrics& metrics, std::string_view method, std::string_view route)
        : metrics_(&metrics),
          method_(method),
          route_(route),
          timer_(metrics.options_.steadyClock) {}
    Request(Request&& other) noexcept
        : metrics_(std::exchange(other.metrics_, nullptr)),
          method_(std::move(other.method_)),
          route_(std::move(other.route_)),
          timer_(std::move(other.timer_)) {}
    Request& operator=(Request&&) = delete;
    ~Request() { end(kDropped); }

    // A second call does nothing.
    void end(int status) noexcept {
      if (metrics_ == nullptr) return;
      std::exchange(metrics_, nullptr)->record(method_, route_, status, timer_.stop());
    }

   private:
    static constexpr int kDropped = 500;

    const HttpRequestMetrics* metrics_;  // null once it has ended
    std::string method_;
    std::string route_;
    Timer timer_;
  };
  [[nodiscard]] Request begin(std::string_view method, std::string_view route) const {
    return {*this, method, route};
  }

 private:
  const HttpRequestMetricsOptions options_;
  const CheckedFamily<Histogram> duration_;
  const Rejections rejections_;
};

}  // namespace orchestrator_exporter
