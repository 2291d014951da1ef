#include "http/endpoints/api/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/endpoints/api/answer.h"

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

ApiParameters parameters(const Fields& query) {
  Request request;
  request.parameters = query;
  return ApiParameters(request);
}

TEST(ApiParameters, TakeTheFormInTheBodyFirst) {
  Request request;
  request.method = "POST";
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.parameters = {{"query", "down"}, {"match[]", "b"}};
  request.body = "query=up+%2B+1&match%5B%5D=a";
  const ApiParameters all(request);
  EXPECT_EQ(all.text("query"), "up + 1");
  EXPECT_THAT(all.all("match[]"), ElementsAre("a", "b"));
}

TEST(ApiParameters, LeaveABodyAloneThatIsNoForm) {
  Request request;
  request.method = "POST";
  request.headers = {{"Content-Type", "text/plain"}};
  request.body = "query=up";
  EXPECT_FALSE(ApiParameters(request).has("query"));
  request.method = "GET";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_FALSE(ApiParameters(request).has("query"));
}

TEST(ApiTime, IsSecondsOrRfc3339) {
  EXPECT_EQ(parseApiTime("1.5"), 1500);
  EXPECT_EQ(parseApiTime("-1.0004"), -1000);
  EXPECT_EQ(parseApiTime("1.0005"), 1000);
  EXPECT_EQ(parseApiTime("1.289"), 1289);
  EXPECT_EQ(parseApiTime("1e3"), 1'000'000);
  EXPECT_EQ(parseApiTime("1970-01-01T00:00:01Z"), 1000);
  EXPECT_EQ(parseApiTime("2015-07-01T20:10:51.781Z"), 1435781451781);
  EXPECT_EQ(parseApiTime("2015-07-01T22:10:51.7819+02:00"), 1435781451781);
  EXPECT_EQ(parseApiTime("1969-12-31T23:59:59.5-00:30"), 1799500);
}

TEST(ApiTime, IsNothingElse) {
  for (const char* text :
       {"", "x", "NaN", "+Inf", "1e300", "2015-07-01", "2015-07-01T20:10:51",
        "2015-02-29T00:00:00Z", "2015-07-01T24:00:00Z", "2015-07-01T20:10:51.Z",
        "2015-07-01T20:10:51Zx", "2015-13-01T20:10:51Z", "2015-07-01t20:10:51z"}) {
    EXPECT_EQ(parseApiTime(text), std::nullopt) << text;
  }
}

TEST(ApiDuration, IsSecondsOrUnitsThatFall) {
  EXPECT_EQ(parseApiDuration("15"), 15'000);
  EXPECT_EQ(parseApiDuration("0.5"), 500);
  EXPECT_EQ(parseApiDuration("1h30m"), 5'400'000);
  EXPECT_EQ(parseApiDuration("1y1w1d1h1m1s1ms"),
            (((365 + 7 + 1) * 24 + 1) * 60 + 1) * 60'000LL + 1001);
  for (const char* text : {"", "m", "1m1h", "1m1m", "1.5h", "1h ", "99999999999y"}) {
    EXPECT_EQ(parseApiDuration(text), std::nullopt) << text;
  }
}

TEST(ApiParameters, SayWhatIsWrongInPrometheusWords) {
  const ApiParameters all =
      parameters({{"start", "x"}, {"time", "y"}, {"step", "z"}, {"limit", "-1"}, {"most", "0"}});
  EXPECT_THAT([&] { all.time("start"); },
              ThrowsMessage<ApiError>(
                  "invalid parameter \"start\": cannot parse \"x\" to a valid timestamp"));
  EXPECT_THAT([&] { all.optionalTime("time"); },
              ThrowsMessage<ApiError>("invalid parameter \"time\": invalid time value for 'time': "
                                      "cannot parse \"y\" to a valid timestamp"));
  EXPECT_THAT([&] { all.duration("step"); },
              ThrowsMessage<ApiError>(
                  "invalid parameter \"step\": cannot parse \"z\" to a valid duration"));
  EXPECT_THAT([&] { all.limit(); },
              ThrowsMessage<ApiError>("invalid parameter \"limit\": limit must be non-negative"));
  EXPECT_THAT([&] { all.number("most", 1, "a positive number"); },
              ThrowsMessage<ApiError>("most must be a positive number"));
}

TEST(ApiParameters, TellADurationThatIsTooLong) {
  EXPECT_THAT(
      [] {
        parameters({{"step", "1e20"}}).duration("step");
      },
      ThrowsMessage<ApiError>("invalid parameter \"step\": cannot parse \"1e20\" to a "
                              "valid duration. It overflows int64"));
  EXPECT_THAT(
      [] {
        parameters({{"step", "x"}}).duration("step", "no step: ");
      },
      ThrowsMessage<ApiError>("no step: cannot parse \"x\" to a valid duration"));
}

TEST(ApiParameters, TellALimitThatIsNoNumberFromOneThatIsTooLarge) {
  EXPECT_THAT(
      [] {
        parameters({{"limit", "q"}}).limit();
      },
      ThrowsMessage<ApiError>(
          "invalid parameter \"limit\": strconv.Atoi: parsing \"q\": invalid syntax"));
  EXPECT_THAT(
      [] {
        parameters({{"limit", "99999999999999999999"}}).limit();
      },
      ThrowsMessage<ApiError>("invalid parameter \"limit\": strconv.Atoi: parsing "
                              "\"99999999999999999999\": value out of range"));
}

TEST(ApiParameters, NeedNotBeThere) {
  const ApiParameters none = parameters({});
  EXPECT_EQ(none.optionalTime("time"), std::nullopt);
  EXPECT_EQ(none.limit(), 0u);
}

}  // namespace
}  // namespace orchestrator_exporter::http
