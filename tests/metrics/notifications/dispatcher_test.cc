#include "metrics/notifications/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace orchestrator_exporter::notifications {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time kSecond = 1000;
constexpr Time kBegin = 1'700'000'000'000;
constexpr Time kForEver = kBegin + 1'000'000 * kSecond;

// Alerts come and go at a fake time, and whatever is decided arrives at once unless it shall not.
class Routed : public testing::Test {
 protected:
  Routed() {
    plan_.root.receiver = "people";
    plan_.root.groupBy = {"alertname"};
    plan_.receivers = {{"people", {{"webhook", true}}}};
  }

  // Uses the plan as it is now.
  void start() {
    nameRoutes(plan_.root);
    dispatcher_.emplace(std::make_shared<const Plan>(plan_),
                        [this] { return "id" + std::to_string(++ids_); });
  }

  void fires(const LabelSet& labels, Time startsAt) {
    dispatcher_->put({{labels, {}, startsAt, kForEver, now_, "", cooldown_}}, now_);
    starts_[labels] = startsAt;
  }
  void fires(const LabelSet& labels) { fires(labels, now_); }
  void ends(const LabelSet& labels) {
    dispatcher_->put({{labels, {}, starts_[labels], now_, now_, "", cooldown_}}, now_);
  }

  // Lets time pass; what is told meanwhile, as `seconds since the beginning receiver reason +firing
  // -ended`.
  std::vector<std::string> pass(Time seconds) {
    std::vector<std::string> told;
    const Time end = now_ + seconds * kSecond;
    for (;;) {
      const auto next = dispatcher_->nextFlush();
      if (!next || *next > end) break;
      now_ = std::max(now_, *next);
      for (const Notification& each : dispatcher_->flushDue(now_).notifications) {
        told.push_back(described(each));
        last_ = each;
        dispatcher_->begin(each);
        if (arrives_)
          dispatcher_->arrived(each);
        else
          dispatcher_->givenUp(each);
      }
    }
    now_ = end;
    return told;
  }

  std::string described(const Notification& each) const {
    std::string text = std::to_string((each.at - kBegin) / kSecond) + " " + each.receiver + " " +
                       std::string(nameOf(each.reason));
    for (const Alert& alert : each.alerts) {
      text += alert.endsAt == 0 ? " +" : " -";
      text += alert.labels.get("alertname");
      text += alert.labels.get("i");
    }
    return text;
  }

  Plan plan_;
  std::optional<Dispatcher> dispatcher_;
  Time now_ = kBegin;
  int ids_ = 0;
  bool arrives_ = true;
  Milliseconds cooldown_{0};
  std::map<LabelSet, Time> starts_;
  Notification last_;
};

const LabelSet kA1 = {{"alertname", "A"}, {"i", "1"}};
const LabelSet kA2 = {{"alertname", "A"}, {"i", "2"}};
const LabelSet kB = {{"alertname", "B"}};

TEST_F(Routed, AGroupIsToldAfterItsWait) {
  start();
  fires(kA1);
  EXPECT_THAT(pass(29), IsEmpty());
  fires(kA2);
  EXPECT_THAT(pass(1), ElementsAre("30 people first notification +A1 +A2"));
  EXPECT_EQ(last_.groupKey, R"({}:{alertname="A"})");
}

TEST_F(Routed, AnAlertThatIsOlderThanTheWaitIsToldAtOnce) {
  start();
  fires(kA1, kBegin - 31 * kSecond);
  EXPECT_THAT(pass(0), ElementsAre("0 people first notification +A1"));
}

TEST_F(Routed, NewAlertsWaitForTheIntervalOfTheirGroup) {
  start();
  fires(kA1);
  pass(30);
  fires(kA2);
  EXPECT_THAT(pass(299), IsEmpty());
  EXPECT_THAT(pass(1), ElementsAre("330 people new alerts added +A1 +A2"));
}

TEST_F(Routed, TheEndOfAllIsToldOnceAndTheGroupEnds) {
  start();
  fires(kA1);
  pass(60);
  ends(kA1);
  EXPECT_THAT(pass(3600), ElementsAre("330 people all alerts resolved -A1"));
  EXPECT_FALSE(dispatcher_->nextFlush());
  fires(kA1);
  EXPECT_THAT(pass(30), ElementsAre("3690 people first notification +A1"));
}

TEST_F(Routed, WhatEndsBesideOthersIsToldOnce) {
  start();
  fires(kA1);
  fires(kA2);
  pass(60);
  ends(kA1);
  EXPECT_THAT(pass(3600), ElementsAre("330 people some alerts resolved -A1 +A2"));
}

TEST_F(Routed, AnEndThatComesAgainIsNotTakenUpAgain) {
  start();
  fires(kA1);
  fires(kA2);
  pass(60);
  ends(kA1);
  pass(300);
  dispatcher_->put({{kA1, {}, kBegin, kBegin + 60 * kSecond, now_, ""}}, now_);
  fires({{"alertname", "A"}, {"i", "3"}});
  EXPECT_THAT(pass(300), ElementsAre("630 people new alerts added +A2 +A3"));
}

TEST_F(Routed, WhatEndsBeforeItIsToldIsNotTold) {
  start();
  fires(kA1);
  pass(20);
  ends(kA1);
  EXPECT_THAT(pass(3600), IsEmpty());
}

TEST_F(Routed, WhatEndsAndComesBackBetweenTwoFlushesIsNoNews) {
  start();
  fires(kA1);
  pass(60);
  ends(kA1);
  pass(60);
  fires(kA1);
  EXPECT_THAT(pass(600), IsEmpty());
}

TEST_F(Routed, WhatGoesOnIsToldAgainAfterTheRepeatInterval) {
  plan_.root.groupWait = Milliseconds(0);
  plan_.root.groupInterval = std::chrono::seconds(6);
  plan_.root.repeatInterval = std::chrono::seconds(13);
  start();
  fires(kA1);
  EXPECT_THAT(pass(40), ElementsAre("0 people first notification +A1",
                                    "18 people repeat interval elapsed +A1",
                                    "36 people repeat interval elapsed +A1"));
}

TEST_F(Routed, AnAlertOfWhichNobodySpeaksAnyMoreEnds) {
  start();
  dispatcher_->put({{kA1, {}, kBegin, kBegin + 240 * kSecond, kBegin, ""}}, now_);
  EXPECT_THAT(pass(600), ElementsAre("30 people first notification +A1",
                                     "330 people all alerts resolved -A1"));
}

TEST_F(Routed, WithoutSendResolvedAnEndIsRememberedAndNotSent) {
  plan_.receivers[0].integrations[0].sendsResolved = false;
  start();
  fires(kA1);
  fires(kA2);
  pass(60);
  ends(kA1);
  EXPECT_THAT(pass(600), IsEmpty());
  ends(kA2);
  EXPECT_THAT(pass(600), IsEmpty());
  fires(kA1);
  EXPECT_THAT(pass(30), ElementsAre("1290 people first notification +A1"));
}

TEST_F(Routed, WhatDidNotArriveIsToldWithTheNextFlush) {
  start();
  fires(kA1);
  arrives_ = false;
  EXPECT_THAT(pass(60), ElementsAre("30 people first notification +A1"));
  arrives_ = true;
  EXPECT_THAT(pass(300), ElementsAre("330 people first notification +A1"));
  arrives_ = false;
  ends(kA1);
  pass(300);
  arrives_ = true;
  EXPECT_THAT(pass(300), ElementsAre("930 people all alerts resolved -A1"));
}

TEST_F(Routed, AWaitingNotificationIsReplacedByALaterOne) {
  start();
  fires(kA1);
  now_ += 30 * kSecond;
  const auto first = dispatcher_->flushDue(now_);
  fires(kA2);
  now_ += 300 * kSecond;
  const auto second = dispatcher_->flushDue(now_);
  EXPECT_THAT(second.withdrawn, ElementsAre(first.notifications[0].id));
  EXPECT_EQ(described(second.notifications[0]), "330 people first notification +A1 +A2");
  EXPECT_FALSE(dispatcher_->begin(first.notifications[0]));
  EXPECT_TRUE(dispatcher_->begin(second.notifications[0]));
}

TEST_F(Routed, WhatIsUnderWayCountsAsTold) {
  start();
  fires(kA1);
  now_ += 30 * kSecond;
  const auto first = dispatcher_->flushDue(now_);
  ASSERT_TRUE(dispatcher_->begin(first.notifications[0]));
  now_ += 300 * kSecond;
  EXPECT_THAT(dispatcher_->flushDue(now_).notifications, IsEmpty());
}

TEST_F(Routed, EachIntegrationIsJudgedByItself) {
  plan_.receivers[0].integrations = {{"webhook", true}, {"email", false}};
  start();
  fires(kA1);
  pass(60);
  ends(kA1);
  EXPECT_THAT(pass(600), ElementsAre("330 people all alerts resolved -A1"));
  EXPECT_EQ(last_.integration, "webhook");
}

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

TEST_F(Routed, WhatComesOutOfAMuteIsNoNewsIfItWasTold) {
  start();
  fires(kA1);
  pass(60);
  dispatcher_->silences().set({"", parseMatchers("i=1"), now_, now_ + 300 * kSecond}, now_, "s1");
  EXPECT_THAT(pass(900), IsEmpty());
}

TEST_F(Routed, ACooldownKeepsAnAlertThatComesBackQuiet) {
  cooldown_ = std::chrono::minutes(30);
  start();
  fires(kA1);
  EXPECT_THAT(pass(60), ElementsAre("30 people first notification +A1"));
  ends(kA1);
  EXPECT_THAT(pass(600), ElementsAre("330 people all alerts resolved -A1"));
  fires(kA1);
  EXPECT_THAT(pass(600), IsEmpty());
  EXPECT_THAT(pass(1200), ElementsAre("1890 people first notification +A1"));
}

TEST_F(Routed, AnotherPlanKeepsWhatWasTold) {
  start();
  fires(kA1);
  pass(60);
  plan_.root.receiver = "people";
  nameRoutes(plan_.root);
  dispatcher_->replace(std::make_shared<const Plan>(plan_), now_);
  EXPECT_THAT(pass(600), IsEmpty());
  ends(kA1);
  EXPECT_THAT(pass(600), ElementsAre("930 people all alerts resolved -A1"));
}

TEST_F(Routed, AfterAStartWhatIsNotActiveEnds) {
  start();
  fires(kA1);
  fires(kA2);
  pass(60);
  const std::vector<Alert> ended = dispatcher_->settleFirst({kA2}, now_);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].labels, kA1);
  EXPECT_THAT(pass(600), ElementsAre("330 people some alerts resolved -A1 +A2"));
}

TEST(Silences, AnotherMatcherMakesASilenceOfItsOwn) {
  Silences silences;
  silences.set({"", parseMatchers("a=b"), 0, 10'000}, 1000, "one");
  const auto changed = silences.set({"one", parseMatchers("a=c"), 1000, 10'000}, 2000, "two");
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(stateOf(*silences.find("one"), 2000), SilenceState::kExpired);
  EXPECT_EQ(changed[1].id, "two");
  EXPECT_THAT(silences.silencing({{"a", "c"}}, 2000), ElementsAre("two"));
}

TEST(Silences, ALaterEndLeavesItTheSame) {
  Silences silences;
  silences.set({"", parseMatchers("a=b"), 1000, 10'000}, 1000, "one");
  silences.set({"one", parseMatchers("a=b"), 1000, 20'000}, 2000, "two");
  EXPECT_EQ(silences.find("one")->endsAt, 20'000);
  EXPECT_EQ(silences.find("two"), nullptr);
}

TEST(Silences, WhatMakesNoSenseIsRefused) {
  Silences silences;
  const Matchers some = parseMatchers("a=b");
  EXPECT_THROW(silences.set({"", Matchers(), 0, 10'000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"", parseMatchers("a!=b"), 0, 10'000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"", some, 0, 500}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"", some, 9000, 8000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"gone", some, 0, 8000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.expire("gone", 1000), SilenceError);
}

TEST(Silences, AreForgottenFiveDaysAfterTheirEnd) {
  constexpr Time kFiveDays = 5LL * 86'400'000;
  Silences silences;
  silences.set({"", parseMatchers("a=b"), 0, 10'000}, 1000, "one");
  silences.forget(10'000 + kFiveDays - 1);
  EXPECT_NE(silences.find("one"), nullptr);
  EXPECT_THAT(silences.forget(10'000 + kFiveDays), ElementsAre("one"));
}

}  // namespace
}  // namespace orchestrator_exporter::notifications
