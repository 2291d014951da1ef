#include "http/ingest/browser/beacon_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/expositions.h"

namespace orchestrator_exporter::http::browser {
namespace {

using testing::HasSubstr;
using testing::Not;

class BeaconIntakeTest : public testing::Test {
 protected:
  static Beacon beaconOf(std::vector<Measurement> measurements) {
    Beacon beacon;
    beacon.page = "/cart";
    beacon.browser = "firefox";
    beacon.device = "tablet";
    beacon.viewport = "large";
    beacon.measurements = std::move(measurements);
    return beacon;
  }
  std::string metrics() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }

  MetricsRegistry registry;
  BeaconIntake intake{registry, {}, 2};
};

TEST_F(BeaconIntakeTest, ShowsNothingBeforeTheFirstBeacon) { EXPECT_EQ(metrics(), ""); }

TEST_F(BeaconIntakeTest, PutsEachMetricIntoItsFamily) {
  const auto points = intake.take(beaconOf({{Vital::kPageLoad, 1.2, 1},
                                            {Vital::kFirstContentfulPaint, 0.9, 2},
                                            {Vital::kLargestContentfulPaint, 2.5, 3},
                                            {Vital::kCumulativeLayoutShift, 0.1, 4},
                                            {Vital::kInteractionToNextPaint, 0.2, 5},
                                            {Vital::kTimeToFirstByte, 0.8, 6}}),
                                  0);
  EXPECT_EQ(points.accepted, 6u);
  const std::string shown = metrics();
  for (const char* line :
       {"browser_page_load_seconds_bucket{browser=\"firefox\",device=\"tablet\",page=\"/cart\","
        "le=\"1.5\"} 1\n",
        "browser_page_load_seconds_bucket{browser=\"firefox\",device=\"tablet\",page=\"/cart\","
        "le=\"1\"} 0\n",
        "browser_first_contentful_paint_seconds_sum{page=\"/cart\",viewport=\"large\"} 0.9\n",
        "browser_largest_contentful_paint_seconds_bucket{device=\"tablet\",page=\"/cart\","
        "le=\"2.5\"} 1\n",
        "browser_cumulative_layout_shift_bucket{page=\"/cart\",le=\"0.1\"} 1\n",
        "browser_interaction_to_next_paint_seconds_bucket{device=\"tablet\",page=\"/cart\","
        "le=\"0.2\"} 1\n",
        "browser_time_to_first_byte_seconds_bucket{page=\"/cart\",le=\"0.8\"} 1\n",
        "browser_beacons_total 1\n"}) {
    EXPECT_THAT(shown, HasSubstr(line));
  }
  EXPECT_THAT(shown, Not(HasSubstr("browser_metrics_dropped_total")));
}

TEST_F(BeaconIntakeTest, CountsAMetricOnceHoweverOftenItIsSent) {
  const Beacon beacon = beaconOf({{Vital::kTimeToFirstByte, 1, 7}});
  EXPECT_EQ(intake.take(beacon, 0).accepted, 1u);
  EXPECT_EQ(intake.take(beacon, 1).duplicate, 1u);
  EXPECT_THAT(metrics(), HasSubstr("byte_seconds_count{page=\"/cart\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("browser_beacons_total 2\n"));
}

TEST_F(BeaconIntakeTest, TakesEveryMetricThatHasNoId) {
  intake.take(beaconOf({{Vital::kTimeToFirstByte, 1, 0}, {Vital::kTimeToFirstByte, 1, 0}}), 0);
  EXPECT_THAT(metrics(), HasSubstr("byte_seconds_count{page=\"/cart\"} 2\n"));
}

TEST_F(BeaconIntakeTest, RemembersTheLastIdsOnly) {
  const Beacon first = beaconOf({{Vital::kTimeToFirstByte, 1, 1}});
  intake.take(first, 0);
  Beacon others = beaconOf({});
  for (std::uint64_t id = 2; id < 2 + BeaconIntake::kRemembered; ++id) {
    others.measurements.push_back({Vital::kTimeToFirstByte, 1, id});
  }
  EXPECT_EQ(intake.take(others, 0).accepted, BeaconIntake::kRemembered);
  EXPECT_EQ(intake.take(first, 0).accepted, 1u);
}

TEST_F(BeaconIntakeTest, KeepsTheBoundsOfEachMetric) {
  for (const auto& [vital, most] : {std::pair(Vital::kPageLoad, 60.0),
                                    {Vital::kFirstContentfulPaint, 10.0},
                                    {Vital::kLargestContentfulPaint, 60.0},
                                    {Vital::kCumulativeLayoutShift, 5.0},
                                    {Vital::kInteractionToNextPaint, 60.0},
                                    {Vital::kTimeToFirstByte, 60.0}}) {
    EXPECT_EQ(intake.take(beaconOf({{vital, 0, 0}, {vital, most, 0}}), 0).accepted, 2u);
    EXPECT_EQ(intake.take(beaconOf({{vital, -0.001, 0}, {vital, most + 0.001, 0}}), 0).rejected,
              2u);
  }
  EXPECT_THAT(metrics(), HasSubstr("browser_metrics_dropped_total{reason=\"range\"} 12\n"));
}

TEST_F(BeaconIntakeTest, CountsWhatWasUnknownAndWhatTheBrowserLost) {
  Beacon beacon = beaconOf({});
  beacon.unknown = 2;
  beacon.lost = 5;
  EXPECT_EQ(intake.take(beacon, 0).rejected, 2u);
  EXPECT_THAT(metrics(), HasSubstr("browser_metrics_dropped_total{reason=\"unknown\"} 2\n"));
  EXPECT_THAT(metrics(), HasSubstr("browser_metrics_dropped_total{reason=\"client\"} 5\n"));
}

TEST_F(BeaconIntakeTest, CallsPagesBeyondTheLimitOther) {
  for (const char* page : {"/a", "/b", "/c", "/d"}) {
    Beacon beacon = beaconOf({{Vital::kTimeToFirstByte, 1, 0}});
    beacon.page = page;
    intake.take(beacon, 0);
  }
  EXPECT_THAT(metrics(), HasSubstr("byte_seconds_count{page=\"/b\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("byte_seconds_count{page=\"other\"} 2\n"));
  EXPECT_THAT(metrics(), Not(HasSubstr("page=\"/c\"")));
}

TEST_F(BeaconIntakeTest, LetsNoPageInForAMetricThatIsNotKept) {
  Beacon beacon = beaconOf({{Vital::kTimeToFirstByte, 61, 0}});
  for (const char* page : {"/a", "/b"}) {
    beacon.page = page;
    intake.take(beacon, 0);
  }
  intake.take(beaconOf({{Vital::kTimeToFirstByte, 1, 0}}), 0);
  EXPECT_THAT(metrics(), HasSubstr("byte_seconds_count{page=\"/cart\"} 1\n"));
}

}  // namespace
}  // namespace orchestrator_exporter::http::browser
