#include "http/notify/api/api_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter::http::notify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr notifications::Time kNow = 1'800'000'000'000;

notifications::Alert alertOf(const std::string& body) {
  return readAlertsJson(body, kNow, 5min).at(0);
}

std::string faultOf(const std::string& body) {
  try {
    readAlertsJson(body, kNow, 5min);
  } catch (const HttpError& error) {
    EXPECT_EQ(error.status(), 400);
    return error.what();
  }
  return "taken";
}

TEST(AlertsOfOthers, TimesThatAreLeftOutAreAlertmanagers) {
  const auto now = alertOf(R"([{"labels": {"alertname": "A"}}])");
  EXPECT_EQ(now.startsAt, kNow);
  EXPECT_EQ(now.endsAt, kNow + 300'000);
  const auto over = alertOf(R"([{"labels": {"a": "b"}, "endsAt": "2027-01-01T00:00:00Z",)"
                            R"( "startsAt": "0001-01-01T00:00:00Z"}])");
  EXPECT_EQ(over.startsAt, over.endsAt);
  EXPECT_EQ(over.endsAt, 1'798'761'600'000);
}

TEST(AlertsOfOthers, LabelsAndAnnotationsWithoutValueAreNone) {
  const auto alert = alertOf(
      R"([{"labels": {"a": "b", "c": ""}, "annotations": {"d": ""}, "generatorURL": "http://g"}])");
  EXPECT_EQ(alert.labels, (LabelSet{{"a", "b"}}));
  EXPECT_TRUE(alert.annotations->empty());
  EXPECT_EQ(*alert.generatorUrl, "http://g");
}

TEST(AlertsOfOthers, WhatMakesNoSenseIsRefusedWithTheReason) {
  EXPECT_THAT(faultOf("{"), HasSubstr("expected alerts"));
  EXPECT_THAT(faultOf("{}"), HasSubstr("a list"));
  EXPECT_THAT(faultOf("[7]"), HasSubstr("expected alerts"));
  EXPECT_THAT(faultOf(R"([{"labels": {"a": 7}}])"), HasSubstr("expected alerts"));
  EXPECT_THAT(faultOf(R"([{"labels": {"a": "b"}, "endsAt": "soon"}])"), HasSubstr("endsAt"));
  EXPECT_EQ(faultOf(R"([{"labels": {}}, {"labels": {"a": "b"}, "startsAt": "2027-01-02T00:00:00Z",)"
                    R"( "endsAt": "2027-01-01T00:00:00Z"}])"),
            "at least one label pair required; start time must be before end time");
}

}  // namespace
}  // namespace orchestrator_exporter::http::notify
