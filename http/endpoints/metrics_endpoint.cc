#include "http/endpoints/metrics_endpoint.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "http/endpoints/negotiation.h"
#include "http/endpoints/writer_pool.h"
#include "http/server/header_value.h"
#include "metrics/processors/family_filter.h"

namespace orchestrator_exporter::http {
namespace {

std::vector<std::string> owned(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

ScrapeRequest scrapeRequest(const Request& request) {
  ScrapeRequest wanted{.collect = owned(request.values("collect[]")),
                       .exclude = owned(request.values("exclude[]")),
                       .timeout = scrapeTimeout(request)};
  if (!wanted.collect.empty() && !wanted.exclude.empty()) {
    throw HttpError(400, "collect[] and exclude[] cannot stand in one request");
  }
  return wanted;
}

// One endpoint's state, shared by the copies of the std::function.
class MetricsEndpoint {
 public:
  MetricsEndpoint(Scrape scrape, std::shared_ptr<ScrapeStatistics> statistics,
                  const MetricsEndpointOptions& options)
      : scrape_(std::move(scrape)), statistics_(std::move(statistics)), options_(options) {}

  Response answer(const Request& request) {
    const ScrapeStatistics::InFlight inFlight(*statistics_);
    const ScrapeRequest wanted = scrapeRequest(request);
    const bool filtered = !wanted.collect.empty() || !wanted.exclude.empty();
    const Slot slot(filtered ? nullptr : &unfiltered_);
    if (options_.maxRequests != 0 && slot.before() >= options_.maxRequests) {
      statistics_->countAnswer(503);
      throw HttpError(503, "limit of " + std::to_string(options_.maxRequests) +
                               " scrapes at a time is reached, try again later");
    }
    return written(request, wanted);
  }

 private:
  // A place among the scrapes that the limit counts, or none.
  class Slot {
   public:
    explicit Slot(std::atomic<std::size_t>* taken) : taken_(taken) {
      if (taken_ != nullptr) before_ = taken_->fetch_add(1);
    }
    ~Slot() {
      if (taken_ != nullptr) taken_->fetch_sub(1);
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    std::size_t before() const { return before_; }

   private:
    std::atomic<std::size_t>* taken_;
    std::size_t before_ = 0;
  };

  ExpositionOptions exposition(const Request& request) const {
    ExpositionOptions chosen = negotiate(request.headerList("Accept"));
    // Only where the format knows them, so that the pool sees equal writers as equal.
    chosen.openMetricsCreated =
        options_.openMetricsCreated &&
        (chosen.format == Format::kOpenMetrics001 || chosen.format == Format::kOpenMetrics100);
    chosen.nativeHistograms = options_.nativeHistograms && chosen.format == Format::kProtobuf;
    return chosen;
  }

  void collect(const Request& request, const ScrapeRequest& wanted, Sink& out) const {
    const auto names = request.values("name[]");
    if (names.empty()) {
      scrape_(wanted, out);
    } else {
      FamilyFilter filter(out, names);
      scrape_(wanted, filter);
    }
  }

  Response written(const Request& request, const ScrapeRequest& wanted) {
    const ExpositionOptions chosen = exposition(request);
    const auto writer = writers_.borrow(chosen);
    Response response;
    try {
      collect(request, wanted, *writer);
      response.parts = writer->finish();
    } catch (const HttpError&) {
      throw;
    } catch (...) {
      // Counted here, answered by the server.
      statistics_->countAnswer(500);
      throw;
    }
    if (writer->refusals().total() > 0) statistics_->countGatheringError();
    response.owner = writer;
    response.contentType = contentType(chosen);
    response.headers = {{"Vary", "Accept, Accept-Encoding"}};
    response.compressible = true;
    statistics_->countAnswer(200);
    return response;
  }

  const Scrape scrape_;
  const std::shared_ptr<ScrapeStatistics> statistics_;
  const MetricsEndpointOptions options_;
  WriterPool writers_;
  std::atomic<std::size_t> unfiltered_ = 0;
};

}  // namespace

// Seconds, as "9.5".
std::optional<std::chrono::duration<double>> scrapeTimeout(const Request& request) {
  const auto field = request.header("X-Prometheus-Scrape-Timeout-Seconds");
  if (!field) return std::nullopt;
  const std::string_view text = trimmed(*field);
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  constexpr double kLongest = 86'400;
  if (!(seconds > 0 && seconds <= kLongest)) return std::nullopt;
  return std::chrono::duration<double>(seconds);
}

Endpoint metricsEndpoint(Scrape scrape, std::shared_ptr<ScrapeStatistics> statistics,
                         const MetricsEndpointOptions& options) {
  auto endpoint =
      std::make_shared<MetricsEndpoint>(std::move(scrape), std::move(statistics), options);
  return [endpoint](const Request& request) { return endpoint->answer(request); };
}

}  // namespace orchestrator_exporter::http
