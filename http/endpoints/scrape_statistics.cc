#include "http/endpoints/scrape_statistics.h"

#include <cstddef>
#include <string>

namespace orchestrator_exporter::http {

void ScrapeStatistics::countAnswer(int status) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == status) answers_[i].fetch_add(1, std::memory_order_relaxed);
  }
}

void ScrapeStatistics::collect(Sink& out) {
  const auto answers = out.counter("promhttp_metric_handler_requests_total",
                                   "Scrapes answered, by HTTP status code.");
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    answers.add(static_cast<double>(answers_[i].load(std::memory_order_relaxed)),
                {{"code", std::to_string(kStatuses[i])}});
  }
  out.gauge("promhttp_metric_handler_requests_in_flight",
            "Scrapes that are being served, this one included.")
      .add(static_cast<double>(inFlight_.load(std::memory_order_relaxed)));

  // Writers here cannot fail halfway: the cause "encoding" is there for dashboards that ask for it.
  const auto errors = out.counter("promhttp_metric_handler_errors_total",
                                  "Scrapes of which samples were left out, by cause.");
  errors.add(0, {{"cause", "encoding"}});
  errors.add(static_cast<double>(gatheringErrors_.load(std::memory_order_relaxed)),
             {{"cause", "gathering"}});
}

}  // namespace orchestrator_exporter::http
