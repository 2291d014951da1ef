#include "http/ingest/browser/beacon_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http::browser {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string fieldOf(const Response& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

class BeaconEndpoint : public testing::Test {
 protected:
  static Request beacon(Fields headers = {}) {
    Request request{.method = "POST", .path = "/api/metrics", .headers = std::move(headers)};
    request.headers.emplace_back("Content-Type", "text/plain;charset=UTF-8");
    request.headers.emplace_back("Host", "metrics.example:10190");
    request.body = R"({"v":1,"page":"/cart","metrics":[{"name":"TTFB","value":100},
                                                        {"name":"FCP","value":200}]})";
    request.remoteAddress = "192.0.2.1";
    return request;
  }
  Response post(const Request& request) { return endpoint(request); }
  void allow(std::vector<std::string> origins) {
    rules.allowedOrigins = std::move(origins);
    endpoint = beaconEndpoint(intake, door, rules);
  }
  std::string metrics() {
    return exposeText([this](Sink& out) {
      registry.collect(out);
      door.statistics().collect(out);
    });
  }

  MetricsRegistry registry;
  BeaconIntake intake{registry, {}, 200};
  PushedMetrics pushed;
  IngestDoor door{pushed, std::size_t{1} << 20, [](const std::string&) {}};
  BeaconRules rules;
  Endpoint endpoint = beaconEndpoint(intake, door, rules);
};

TEST_F(BeaconEndpoint, TakesABeaconFromAnyHost) {
  const Response response = post(beacon());
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(metrics(), HasSubstr("browser_time_to_first_byte_seconds_count{page=\"/cart\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("requests_total{code=\"204\",protocol=\"browser\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("points_total{protocol=\"browser\",result=\"accepted\"} 2\n"));
}

TEST_F(BeaconEndpoint, RefusesWhatIsNoBeacon) {
  Request request = beacon();
  request.body = "{}";
  const Response response = post(request);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "v: is missing\n");
  EXPECT_THAT(metrics(), HasSubstr("requests_total{code=\"400\",protocol=\"browser\"} 1\n"));
}

TEST_F(BeaconEndpoint, TakesTwoMediaTypes) {
  Request request = beacon();
  for (const auto& [type, status] : {std::pair("text/plain", 204),
                                     {"application/json", 204},
                                     {"application/x-www-form-urlencoded", 415},
                                     {"", 415}}) {
    request.headers[0].second = type;
    EXPECT_EQ(post(request).status, status) << type;
  }
}

TEST_F(BeaconEndpoint, TakesSixtyFourKibibytes) {
  Request request = beacon();
  request.body.resize(kLargestBeacon, ' ');
  EXPECT_EQ(post(request).status, 204);
  request.body += ' ';
  EXPECT_EQ(post(request).status, 413);
}

TEST_F(BeaconEndpoint, TakesPagesOfItsOwnOriginAndOfThoseAllowed) {
  const Request own = beacon({{"Origin", "http://metrics.example:10190"}});
  const Request shop = beacon({{"Origin", "https://shop.example"}});
  const Request nobody = beacon({{"Origin", "null"}});
  EXPECT_EQ(post(own).status, 204);
  EXPECT_EQ(post(shop).status, 403);
  EXPECT_EQ(post(nobody).status, 403);
  EXPECT_EQ(fieldOf(post(shop), "Access-Control-Allow-Origin"), "");
  allow({"https://shop.example"});
  EXPECT_EQ(post(own).status, 204);
  EXPECT_EQ(post(shop).status, 204);
  EXPECT_EQ(fieldOf(post(shop), "Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(fieldOf(post(shop), "Vary"), "Origin");
  EXPECT_EQ(post(beacon({{"Origin", "https://shop.example.evil"}})).status, 403);
  EXPECT_EQ(post(nobody).status, 403);
  allow({"*"});
  EXPECT_EQ(post(nobody).status, 204);
}

TEST_F(BeaconEndpoint, RefusesWhatTheBrowserCallsCrossSite) {
  const Request request = beacon({{"Sec-Fetch-Site", "cross-site"}});
  EXPECT_EQ(post(request).status, 403);
  allow({"*"});
  EXPECT_EQ(post(request).status, 204);
}

TEST_F(BeaconEndpoint, LetsAnAllowedPageReadItsRefusals) {
  allow({"https://shop.example"});
  Request request = beacon({{"Origin", "https://shop.example"}});
  request.body = "";
  const Response response = post(request);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(fieldOf(response, "Access-Control-Allow-Origin"), "https://shop.example");
}

TEST_F(BeaconEndpoint, SendsAwayWhoSendsTooManyAndCountsIt) {
  const Request request = beacon();
  Response last;
  int taken = 0;
  // Twenty a second are allowed: among so many, more than a second's worth are not.
  for (int i = 0; i < 1'000 && last.status != 429; ++i) {
    last = post(request);
    taken += last.status == 204 ? 1 : 0;
  }
  EXPECT_EQ(last.status, 429);
  EXPECT_GE(taken, 20);
  EXPECT_EQ(fieldOf(last, "Retry-After"), "1");
  EXPECT_THAT(metrics(), HasSubstr("browser_metrics_dropped_total{reason=\"rate\"} 1\n"));
}

TEST_F(BeaconEndpoint, OnlyCountsTheMetricsOfBots) {
  EXPECT_EQ(post(beacon({{"User-Agent", "Googlebot/2.1"}})).status, 204);
  EXPECT_THAT(metrics(), HasSubstr("browser_metrics_dropped_total{reason=\"bot\"} 2\n"));
  EXPECT_THAT(metrics(), HasSubstr("points_total{protocol=\"browser\",result=\"rejected\"} 2\n"));
  EXPECT_THAT(metrics(), Not(HasSubstr("browser_time_to_first_byte_seconds")));
}

TEST(Bots, SayWhatTheyAre) {
  for (const char* agent : {"Mozilla/5.0 (compatible; bingbot/2.0)", "SomeCRAWLER", "web-Spider/1",
                            "Mozilla/5.0 HeadlessChrome/156.0"}) {
    EXPECT_TRUE(isBot(agent, false)) << agent;
  }
  EXPECT_FALSE(isBot("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", false));
  EXPECT_FALSE(isBot("", false));
}

TEST(Bots, AreNotBrowsersWithoutAScreenIfTheseAreAllowed) {
  EXPECT_FALSE(isBot("Mozilla/5.0 HeadlessChrome/156.0", true));
  EXPECT_TRUE(isBot("Googlebot HeadlessChrome/156.0", true));
}

TEST(BeaconPreflight, TellsAllowedPagesWhatTheyMaySend) {
  const Endpoint preflight = preflightEndpoint({.allowedOrigins = {"https://shop.example"}});
  const Response response =
      preflight({.method = "OPTIONS", .headers = {{"Origin", "https://shop.example"}}});
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(fieldOf(response, "Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(fieldOf(response, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(fieldOf(response, "Access-Control-Allow-Headers"), "content-type");
  EXPECT_EQ(fieldOf(response, "Access-Control-Allow-Credentials"), "");
}

TEST(BeaconPreflight, RefusesOthers) {
  const Endpoint preflight = preflightEndpoint({});
  EXPECT_THROW(preflight({.method = "OPTIONS", .headers = {{"Origin", "https://shop.example"}}}),
               HttpError);
}

}  // namespace
}  // namespace orchestrator_exporter::http::browser
