// What is told of a group, and when.

#include "metrics/notifications/dispatcher.h"

#include "tests/metrics/notifications/routed.h"

namespace orchestrator_exporter::notifications {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
  dispatcher_->put({{kA1, {}, kBegin, kBegin + 60 * kSecond, now_}}, now_);
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
  dispatcher_->put({{kA1, {}, kBegin, kBegin + 240 * kSecond, kBegin}}, now_);
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

TEST_F(Routed, WhatMayHaveArrivedIsSentAgainBeforeWhatFollows) {
  start();
  fires(kA1);
  now_ += 30 * kSecond;
  Notification first = dispatcher_->flushDue(now_).notifications.at(0);
  // The program ends while it is sent, and begins again.
  first.isUncertain = true;
  start();
  dispatcher_->deliveries().enqueue(first.key(), first);
  fires(kA1, kBegin);
  ends(kA1);
  now_ += 300 * kSecond;
  const auto second = dispatcher_->flushDue(now_);
  EXPECT_THAT(second.withdrawn, IsEmpty());
  ASSERT_EQ(second.notifications.size(), 1U);
  EXPECT_TRUE(dispatcher_->begin(first));
  dispatcher_->arrived(first);
  EXPECT_TRUE(dispatcher_->begin(second.notifications[0]));
}

TEST_F(Routed, WhatWaitedAtAStartAndHasEndedIsNotTold) {
  start();
  fires(kA1);
  now_ += 30 * kSecond;
  const Notification first = dispatcher_->flushDue(now_).notifications.at(0);
  now_ += kSecond;
  // The program ends before it is sent, and begins again.
  start();
  dispatcher_->deliveries().enqueue(first.key(), first);
  dispatcher_->restore({{kA1, {}, kBegin, now_, now_}}, {}, now_);
  const auto flushed = dispatcher_->flushDue(now_);
  EXPECT_THAT(flushed.withdrawn, ElementsAre(first.id));
  EXPECT_THAT(flushed.notifications, IsEmpty());
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

}  // namespace
}  // namespace orchestrator_exporter::notifications
