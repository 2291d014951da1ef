#include "http/ingest/browser/beacon.h"

#include <gtest/gtest.h>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::browser {
namespace {

std::string beaconWith(const std::string& fields) {
  return R"({"v":1,"page":"/cart","metrics":[])" + fields + "}";
}

std::string beaconOf(const std::string& metrics) {
  return R"({"v":1,"page":"/","metrics":[)" + metrics + "]}";
}

std::string faultOf(const std::string& json) {
  try {
    decodeBeacon(json);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "none";
}

TEST(Beacon, HoldsWhatTheBrowserTold) {
  const Beacon beacon = decodeBeacon(
      R"({"v":1,"page":"/cart","browser":"chrome","device":"mobile","viewport":"small",
          "session":"s","late":true,"lost":3,
          "metrics":[{"name":"LCP","value":1834.5,"id":"v6-1","nav":"navigate"},
                     {"name":"CLS","value":0.25,"id":"v6-1"}]})");
  EXPECT_EQ(beacon.page, "/cart");
  EXPECT_EQ(beacon.browser, "chrome");
  EXPECT_EQ(beacon.device, "mobile");
  EXPECT_EQ(beacon.viewport, "small");
  EXPECT_EQ(beacon.lost, 3u);
  EXPECT_EQ(beacon.unknown, 0u);
  ASSERT_EQ(beacon.measurements.size(), 2u);
  EXPECT_EQ(beacon.measurements[0].vital, Vital::kLargestContentfulPaint);
  EXPECT_DOUBLE_EQ(beacon.measurements[0].value, 1.8345);
  EXPECT_EQ(beacon.measurements[1].vital, Vital::kCumulativeLayoutShift);
  EXPECT_DOUBLE_EQ(beacon.measurements[1].value, 0.25);
  EXPECT_NE(beacon.measurements[0].id, beacon.measurements[1].id);
}

TEST(Beacon, KnowsAllSixNames) {
  for (std::size_t i = 0; i < kVitals; ++i) {
    const Beacon beacon =
        decodeBeacon(beaconOf(R"({"name":")" + std::string(kVitalNames[i]) + R"(","value":1})"));
    ASSERT_EQ(beacon.measurements.size(), 1u) << kVitalNames[i];
    EXPECT_EQ(beacon.measurements[0].vital, static_cast<Vital>(i));
  }
}

TEST(Beacon, CallsOtherWordsOther) {
  const Beacon beacon =
      decodeBeacon(beaconWith(R"(,"browser":"netscape","device":"watch","viewport":"tiny")"));
  EXPECT_EQ(beacon.browser, "other");
  EXPECT_EQ(beacon.device, "other");
  EXPECT_EQ(beacon.viewport, "other");
}

TEST(Beacon, GivesOneIdToOneMetric) {
  const Beacon beacon = decodeBeacon(beaconOf(
      R"({"name":"LCP","value":1,"id":"a"},{"name":"LCP","value":2,"id":"a"},
         {"name":"LCP","value":1,"id":"b"},{"name":"LCP","value":1})"));
  EXPECT_EQ(beacon.measurements[0].id, beacon.measurements[1].id);
  EXPECT_NE(beacon.measurements[0].id, beacon.measurements[2].id);
  EXPECT_EQ(beacon.measurements[3].id, 0u);
}

TEST(Beacon, CountsBadMetricsAndKeepsTheGoodOnes) {
  const Beacon beacon = decodeBeacon(beaconOf(
      R"({"name":"FID","value":1},{"name":"LCP"},{"value":1},{"name":"LCP","value":"1"},
         {"name":7,"value":1},{"name":"LCP","value":{"a":[1]}},null,3,"x",[{"name":"LCP"}],
         {"name":"LCP","value":2000})"));
  EXPECT_EQ(beacon.unknown, 10u);
  ASSERT_EQ(beacon.measurements.size(), 1u);
  EXPECT_DOUBLE_EQ(beacon.measurements[0].value, 2);
}

TEST(Beacon, PassesOverFieldsOfOtherNames) {
  EXPECT_EQ(
      faultOf(beaconWith(R"(,"x":{"metrics":[{"name":"LCP","value":1}]},"y":[[1]],"z":null)")),
      "none");
}

TEST(Beacon, SaysWhatIsMissing) {
  EXPECT_EQ(faultOf(R"({"page":"/","metrics":[]})"), "v: is missing");
  EXPECT_EQ(faultOf(R"({"v":1,"metrics":[]})"), "page: is missing");
  EXPECT_EQ(faultOf(R"({"v":1,"page":"/"})"), "metrics: is missing");
}

TEST(Beacon, SaysWhichFieldIsOfAWrongKind) {
  EXPECT_EQ(faultOf("[]"), "expected an object, got an array");
  EXPECT_EQ(faultOf("7"), "expected an object, got a number");
  EXPECT_EQ(faultOf(R"({"v":2,"page":"/","metrics":[]})"), "v: expected version 1, got another");
  EXPECT_EQ(faultOf(R"({"v":"1","page":"/","metrics":[]})"), "v: expected a number, got a text");
  EXPECT_EQ(faultOf(R"({"v":1,"page":7,"metrics":[]})"), "page: expected a text, got a number");
  EXPECT_EQ(faultOf(R"({"v":1,"page":"/","metrics":{}})"),
            "metrics: expected an array, got an object");
  EXPECT_EQ(faultOf(beaconWith(R"(,"late":1)")), "late: expected a boolean, got a number");
  EXPECT_EQ(faultOf(beaconWith(R"(,"browser":null)")), "browser: expected a text, got null");
}

TEST(Beacon, HasABoundForWhatWasLost) {
  EXPECT_EQ(decodeBeacon(beaconWith(R"(,"lost":1000000)")).lost, kMostLost);
  for (const char* lost : {"1000001", "-1", "1.5", "1e300"}) {
    EXPECT_EQ(faultOf(beaconWith(std::string(R"(,"lost":)") + lost)),
              "lost: expected an integer from 0 to 1000000, got another number")
        << lost;
  }
}

TEST(Beacon, IsNotReadIfItIsNoJson) {
  EXPECT_EQ(faultOf("v=1").substr(0, 6), "byte 1");
  EXPECT_NE(faultOf(R"({"v":1)"), "none");
  EXPECT_NE(faultOf(beaconOf("") + "x"), "none");
  EXPECT_NE(faultOf("{\"v\":1,\"page\":\"\xFF\",\"metrics\":[]}"), "none");
}

TEST(Beacon, IsNotReadBelowSixtyFourLevels) {
  const auto nested = [](std::size_t levels) {
    return beaconWith(",\"x\":" + std::string(levels, '[') + std::string(levels, ']'));
  };
  EXPECT_EQ(faultOf(nested(63)), "none");
  EXPECT_EQ(faultOf(nested(64)), "expected at most 64 levels of nesting");
}

}  // namespace
}  // namespace orchestrator_exporter::http::browser
