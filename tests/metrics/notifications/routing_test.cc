// Who is told, and what keeps an alert from being told: routes, inhibition, silences, mute times.

#include "tests/metrics/notifications/routed.h"

namespace orchestrator_exporter::notifications {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Route child(const std::string& receiver, const std::string& matchers) {
  Route route;
  route.receiver = receiver;
  route.matchers = parseMatchers(matchers);
  route.groupBy = {"alertname"};
  return route;
}

TEST_F(Routed, TheFirstMatchingChildEndsTheSearchUnlessItContinues) {
  Route all = child("log", R"(alertname=~".+")");
  all.continues = true;
  plan_.root.children = {all, child("b", "alertname=B"), child("never", "alertname=B")};
  plan_.receivers.push_back({"log", {{"webhook", true}}});
  plan_.receivers.push_back({"b", {{"webhook", true}}});
  plan_.receivers.push_back({"never", {{"webhook", true}}});
  start();
  fires(kB);
  EXPECT_THAT(pass(30), testing::UnorderedElementsAre("30 log first notification +B",
                                                      "30 b first notification +B"));
  fires(kA1);
  EXPECT_THAT(pass(30), ElementsAre("60 log first notification +A1"));
}

TEST_F(Routed, KeysNameTheMatchersOnTheWay) {
  Route inner = child("people", "i=~1|2");
  Route outer = child("people", "alertname=A");
  inner.groupBy = {};
  outer.children = {inner};
  plan_.root.children = {outer};
  start();
  fires(kA1);
  pass(30);
  EXPECT_EQ(last_.groupKey, R"({}/{alertname="A"}/{i=~"1|2"}:{})");
}

TEST_F(Routed, AllLabelsMakeAGroupEach) {
  plan_.root.groupsByAll = true;
  start();
  fires(kA1);
  fires(kA2);
  EXPECT_THAT(pass(30), testing::UnorderedElementsAre("30 people first notification +A1",
                                                      "30 people first notification +A2"));
}

TEST_F(Routed, ASourceKeepsItsTargetsFromBeingTold) {
  plan_.inhibitRules = {{parseMatchers("alertname=B"), parseMatchers("alertname=A"), {"host"}}};
  start();
  fires(kB);
  fires(kA1);
  EXPECT_THAT(pass(60), ElementsAre("30 people first notification +B"));
  ends(kB);
  // Group A looks again at 330.
  EXPECT_THAT(pass(300), testing::UnorderedElementsAre("330 people all alerts resolved -B",
                                                       "330 people first notification +A1"));
}

TEST_F(Routed, ASourceInhibitsOnlyWhatHasItsValues) {
  plan_.inhibitRules = {{parseMatchers("alertname=B"), parseMatchers("alertname=A"), {"i"}}};
  start();
  fires({{"alertname", "B"}, {"i", "1"}});
  fires(kA1);
  fires(kA2);
  EXPECT_THAT(pass(30), testing::UnorderedElementsAre("30 people first notification +B1",
                                                      "30 people first notification +A2"));
}

TEST_F(Routed, AlertsOnBothSidesDoNotInhibitEachOther) {
  plan_.inhibitRules = {{parseMatchers("alertname=A"), parseMatchers("alertname=A"), {}}};
  start();
  fires(kA1);
  fires(kA2);
  EXPECT_THAT(pass(30), ElementsAre("30 people first notification +A1 +A2"));
}

TEST_F(Routed, ASilencedAlertIsNotToldNorItsEnd) {
  start();
  fires(kA1);
  pass(60);
  dispatcher_->silences().set({"", parseMatchers("i=1"), now_, now_ + 3600 * kSecond}, now_, "s1");
  ends(kA1);
  fires(kA2);
  EXPECT_THAT(pass(600), ElementsAre("330 people new alerts added +A2"));
  EXPECT_EQ(dispatcher_->suppressed().at(Suppression::kSilence), 1U);
}

TEST_F(Routed, AMutedRouteStillEndsTheSearch) {
  TimeInterval always;
  plan_.intervals["always"] = {always};
  Route quiet = child("b", "alertname=B");
  quiet.muteIntervals = {"always"};
  plan_.root.children = {quiet};
  plan_.receivers.push_back({"b", {{"webhook", true}}});
  start();
  fires(kB);
  EXPECT_THAT(pass(600), IsEmpty());
}

// Nights in Berlin, from 22:00 to 06:00.
TimeIntervals nights() {
  TimeInterval night;
  night.times = {{parseMinuteOfDay("00:00"), parseMinuteOfDay("06:00")},
                 {parseMinuteOfDay("22:00"), parseMinuteOfDay("24:00")}};
  night.zone = std::make_shared<const TimeZone>(TimeZone::named("Europe/Berlin"));
  return {night};
}

class OverAChangeOfClocks : public Routed {
 protected:
  // An alert fires at 22:00 UTC of the evening before: in how many hours is it told, if nights are
  // quiet?
  Time hoursOfQuiet(std::chrono::year_month_day date) {
    plan_.intervals["nights"] = nights();
    Route quiet = child("people", "alertname=B");
    quiet.muteIntervals = {"nights"};
    quiet.groupWait = Milliseconds(0);
    quiet.groupInterval = std::chrono::minutes(10);
    plan_.root.children = {quiet};
    start();
    const auto evening = std::chrono::sys_days(date) - std::chrono::hours(2);
    now_ = std::chrono::duration_cast<Milliseconds>(evening.time_since_epoch()).count();
    const Time begin = now_;
    dispatcher_->put({{kB, {}, begin, begin + 86'400 * kSecond, begin}}, begin);
    EXPECT_EQ(pass(28'800).size(), 1U);
    return (last_.at - begin) / (3600 * kSecond);
  }
};

TEST_F(OverAChangeOfClocks, ANightIsAnHourShorterInSpring) {
  EXPECT_EQ(hoursOfQuiet(std::chrono::March / 29 / 2026), 6);
}

TEST_F(OverAChangeOfClocks, ANightIsAnHourLongerInAutumn) {
  EXPECT_EQ(hoursOfQuiet(std::chrono::October / 25 / 2026), 7);
}

TEST_F(Routed, WhatComesOutOfAMuteIsNoNewsIfItWasTold) {
  start();
  fires(kA1);
  pass(60);
  dispatcher_->silences().set({"", parseMatchers("i=1"), now_, now_ + 300 * kSecond}, now_, "s1");
  EXPECT_THAT(pass(900), IsEmpty());
}

}  // namespace
}  // namespace orchestrator_exporter::notifications
