#include "http/endpoints/metrics_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string bodyOf(const Response& response) {
  std::string body = response.body;
  for (const std::string_view part : response.parts) body += part;
  return body;
}

void giveTwoFamilies(const ScrapeRequest&, Sink& out) {
  out.gauge("node_load1", "Load.").add(0.5);
  out.counter("node_forks_total", "Forks.").add(7);
}

Endpoint endpointFor(Scrape scrape, const MetricsEndpointOptions& options = {}) {
  return metricsEndpoint(std::move(scrape), std::make_shared<ScrapeStatistics>(), options);
}

std::string statisticsText(ScrapeStatistics& statistics) {
  const auto writer = ExpositionWriter::make({});
  statistics.collect(*writer);
  std::string text;
  for (const std::string_view part : writer->finish()) text += part;
  return text;
}

int statusOf(const Endpoint& endpoint, const Request& request) {
  try {
    return endpoint(request).status;
  } catch (const HttpError& error) {
    return error.status();
  }
}

TEST(MetricsEndpoint, WritesTextByDefault) {
  const Response response = endpointFor(giveTwoFamilies)(Request{});
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.contentType, StartsWith("text/plain; version=0.0.4; charset=utf-8"));
  EXPECT_EQ(bodyOf(response),
            "# HELP node_forks_total Forks.\n# TYPE node_forks_total counter\nnode_forks_total 7\n"
            "# HELP node_load1 Load.\n# TYPE node_load1 gauge\nnode_load1 0.5\n");
  EXPECT_THAT(response.headers, ElementsAre(testing::Pair("Vary", "Accept, Accept-Encoding")));
  EXPECT_TRUE(response.compressible);
}

TEST(MetricsEndpoint, WritesTheFormatThatIsAskedFor) {
  const Endpoint endpoint = endpointFor(giveTwoFamilies);
  Request request;
  request.headers = {{"Accept", "text/plain;q=0.5"},
                     {"accept", "application/openmetrics-text;version=1.0.0"}};
  const Response response = endpoint(request);
  EXPECT_THAT(response.contentType, StartsWith("application/openmetrics-text; version=1.0.0"));
  EXPECT_THAT(bodyOf(response), HasSubstr("\n# EOF\n"));
}

TEST(MetricsEndpoint, HandsTheFiltersAndTheTimeoutToTheScrape) {
  ScrapeRequest seen;
  const Endpoint endpoint =
      endpointFor([&seen](const ScrapeRequest& wanted, Sink&) { seen = wanted; });
  endpoint(Request{.parameters = {{"collect[]", "cpu"}, {"collect[]", ""}, {"collect", "x"}},
                   .headers = {{"x-prometheus-scrape-timeout-seconds", "1.500"}}});
  EXPECT_THAT(seen.collect, ElementsAre("cpu", ""));
  EXPECT_THAT(seen.exclude, ElementsAre());
  EXPECT_EQ(seen.timeout, std::chrono::milliseconds(1500));
  endpoint(Request{.parameters = {{"exclude[]", "cpu"}}});
  EXPECT_THAT(seen.exclude, ElementsAre("cpu"));
  EXPECT_EQ(seen.timeout, std::nullopt);
}

TEST(MetricsEndpoint, IgnoresTimeoutsThatMakeNoSense) {
  std::optional<std::chrono::duration<double>> seen;
  const Endpoint endpoint =
      endpointFor([&seen](const ScrapeRequest& wanted, Sink&) { seen = wanted.timeout; });
  for (const char* text : {"", "soon", "0", "-1", "nan", "inf", "1e999", "10s", "1e300"}) {
    endpoint(Request{.headers = {{"X-Prometheus-Scrape-Timeout-Seconds", text}}});
    EXPECT_EQ(seen, std::nullopt) << text;
  }
}

TEST(MetricsEndpoint, RefusesBothFiltersTogether) {
  EXPECT_EQ(statusOf(endpointFor(giveTwoFamilies),
                     Request{.parameters = {{"collect[]", "cpu"}, {"exclude[]", "cpu"}}}),
            400);
}

TEST(MetricsEndpoint, LeavesItToTheScrapeToRefuseACollector) {
  const auto statistics = std::make_shared<ScrapeStatistics>();
  const Endpoint endpoint = metricsEndpoint(
      [](const ScrapeRequest&, Sink&) { throw HttpError(400, "unknown collector 'x'"); },
      statistics);
  EXPECT_EQ(statusOf(endpoint, Request{}), 400);
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("requests_total{code=\"500\"} 0\n"));
}

TEST(MetricsEndpoint, WritesOnlyTheFamiliesThatAreNamed) {
  const Endpoint endpoint = endpointFor(giveTwoFamilies);
  EXPECT_EQ(bodyOf(endpoint(Request{.parameters = {{"name[]", "node_load1"}, {"name[]", "x"}}})),
            "# HELP node_load1 Load.\n# TYPE node_load1 gauge\nnode_load1 0.5\n");
  EXPECT_EQ(bodyOf(endpoint(Request{.parameters = {{"name[]", "node_load"}}})), "");
}

TEST(MetricsEndpoint, ForgetsTheSamplesOfTheScrapeBefore) {
  int round = 0;
  const Endpoint endpoint = endpointFor(
      [&round](const ScrapeRequest&, Sink& out) { out.gauge("round", "Round.").add(++round); });
  endpoint(Request{});
  EXPECT_THAT(bodyOf(endpoint(Request{})), HasSubstr("\nround 2\n"));
}

TEST(MetricsEndpoint, ServesOnAfterAScrapeThatFailedHalfway) {
  bool fail = true;
  const auto statistics = std::make_shared<ScrapeStatistics>();
  const Endpoint endpoint = metricsEndpoint(
      [&fail](const ScrapeRequest&, Sink& out) {
        out.gauge("a", "A.").add(1);
        if (fail) throw std::runtime_error("broken");
      },
      statistics);
  EXPECT_THROW(endpoint(Request{}), std::runtime_error);
  fail = false;
  EXPECT_EQ(bodyOf(endpoint(Request{})), "# HELP a A.\n# TYPE a gauge\na 1\n");
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("requests_total{code=\"500\"} 1\n"));
}

TEST(MetricsEndpoint, CountsAnswersAfterTheScrapeAndScrapesInFlightDuringIt) {
  const auto statistics = std::make_shared<ScrapeStatistics>();
  const Endpoint endpoint = metricsEndpoint(
      [&](const ScrapeRequest&, Sink& out) { statistics->collect(out); }, statistics);
  const std::string first = bodyOf(endpoint(Request{}));
  EXPECT_THAT(first, HasSubstr("promhttp_metric_handler_requests_total{code=\"200\"} 0\n"));
  EXPECT_THAT(first, HasSubstr("promhttp_metric_handler_requests_total{code=\"503\"} 0\n"));
  EXPECT_THAT(first, HasSubstr("promhttp_metric_handler_requests_in_flight 1\n"));
  EXPECT_THAT(first, HasSubstr("promhttp_metric_handler_errors_total{cause=\"encoding\"} 0\n"));
  EXPECT_THAT(bodyOf(endpoint(Request{})),
              HasSubstr("promhttp_metric_handler_requests_total{code=\"200\"} 1\n"));
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("_in_flight 0\n"));
}

TEST(MetricsEndpoint, CountsAScrapeWithRefusedSamplesOnce) {
  const auto statistics = std::make_shared<ScrapeStatistics>();
  const Endpoint endpoint = metricsEndpoint(
      [](const ScrapeRequest&, Sink& out) {
        for (int i = 0; i < 3; ++i) out.gauge("a", "A.").add(1);
      },
      statistics);
  EXPECT_EQ(bodyOf(endpoint(Request{})), "# HELP a A.\n# TYPE a gauge\na 1\n");
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("errors_total{cause=\"gathering\"} 1\n"));
}

TEST(MetricsEndpoint, TakesNoMoreUnfilteredScrapesThanItMay) {
  std::latch running(2);
  std::latch done(1);
  const auto statistics = std::make_shared<ScrapeStatistics>();
  const Endpoint endpoint = metricsEndpoint(
      [&](const ScrapeRequest& wanted, Sink& out) {
        out.gauge("a", "A.").add(1);
        if (!wanted.exclude.empty()) return;
        running.count_down();
        done.wait();
      },
      statistics, {.maxRequests = 2});
  {
    std::jthread first([&] { EXPECT_EQ(statusOf(endpoint, Request{}), 200); });
    std::jthread second([&] { EXPECT_EQ(statusOf(endpoint, Request{}), 200); });
    running.wait();
    EXPECT_EQ(statusOf(endpoint, Request{}), 503);
    EXPECT_EQ(statusOf(endpoint, Request{.parameters = {{"exclude[]", "x"}}}), 200);
    done.count_down();
  }
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("requests_total{code=\"503\"} 1\n"));
  EXPECT_THAT(statisticsText(*statistics), HasSubstr("requests_total{code=\"200\"} 3\n"));
}

TEST(MetricsEndpoint, HasNoLimitForZero) {
  const Endpoint endpoint = endpointFor(giveTwoFamilies, {.maxRequests = 0});
  EXPECT_EQ(statusOf(endpoint, Request{}), 200);
}

TEST(MetricsEndpoint, AddsCreatedTimesToOpenMetricsOnly) {
  const auto scrape = [](const ScrapeRequest&, Sink& out) {
    const SampleExtras extras{.created = 1700000000};
    out.counter("a_total", "A.").add(1, std::span<const Label>{}, extras);
  };
  Request openMetrics;
  openMetrics.headers = {{"Accept", "application/openmetrics-text;version=1.0.0"}};
  const Endpoint with = endpointFor(scrape, {.openMetricsCreated = true});
  EXPECT_THAT(bodyOf(with(openMetrics)), HasSubstr("a_created 1700000000"));
  EXPECT_THAT(bodyOf(with(Request{})), Not(HasSubstr("created")));
  EXPECT_THAT(bodyOf(endpointFor(scrape)(openMetrics)), Not(HasSubstr("created")));
}

TEST(MetricsEndpoint, KeepsAnAnswerAliveBeyondItself) {
  Response response;
  {
    const Endpoint endpoint = endpointFor(giveTwoFamilies);
    response = endpoint(Request{});
  }
  EXPECT_THAT(bodyOf(response), HasSubstr("node_load1 0.5\n"));
}

}  // namespace
}  // namespace orchestrator_exporter::http
