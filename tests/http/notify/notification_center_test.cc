#include "http/notify/notification_center.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "http/notify/webhook.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::http::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using notifications::Milliseconds;
using notifications::Time;
using test::httpAnswer;
using test::ReceivedRequest;
using test::ScriptedServer;

Time now() {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

const LabelSet kHot = {{"alertname", "Hot"}, {"severity", "critical"}};

// A center with one webhook, whose groups are told at once and look again soon.
class Center : public testing::Test {
 protected:
  std::unique_ptr<NotificationCenter> start() {
    notifications::Plan plan;
    plan.root.receiver = "people";
    plan.root.groupBy = {"alertname"};
    plan.root.groupWait = Milliseconds(0);
    plan.root.groupInterval = 50ms;
    plan.receivers = {{"people", {{"webhook", true}}}};
    nameRoutes(plan.root);
    const MessageStyle style{std::make_shared<const notifications::MessageTemplates>(), ""};
    NotificationCenter::Setup setup{std::make_shared<const notifications::Plan>(plan)};
    setup.channels["people"] = {std::make_shared<Webhook>(
        WebhookConfig{.target = {.url = {.text = server_.url()}}}, style)};
    NotificationCenter::Options options;
    options.stateFile = directory_.path() / "state.db";
    options.clock = now;
    options.log = [](bool, const std::string&) {};
    return std::make_unique<NotificationCenter>(std::move(setup), std::move(options));
  }

  static void tell(NotificationCenter& center, bool fires, Milliseconds cooldown = 0ms) {
    const Time at = now();
    const auto state = fires ? rules::AlertState::kFiring : rules::AlertState::kInactive;
    center.changed({{at, kHot, {}, 7, "Hot", state}});
    center.notify({{kHot,
                    {},
                    at - 1000,
                    fires ? at + 240'000 : at,
                    !fires,
                    rules::GeneratorUrl("http://here"),
                    cooldown}});
  }

  // One that told of the alert, ended, and was started again.
  std::unique_ptr<NotificationCenter> startedAgain() {
    auto center = start();
    tell(*center, true);
    EXPECT_TRUE(server_.waitFor(1));
    settle(*center);
    center.reset();
    return start();
  }

  // Waits until what was sent is known to have arrived.
  static void settle(const NotificationCenter& center) {
    for (bool isUnderWay = true; isUnderWay;) {
      isUnderWay = false;
      center.look([&](const notifications::Dispatcher& dispatcher, Time) {
        for (const auto& [key, delivery] : dispatcher.deliveries().all()) {
          isUnderWay = isUnderWay || delivery.isUnderWay();
        }
      });
    }
  }

  std::vector<std::string> statuses() const {
    std::vector<std::string> all;
    for (const ReceivedRequest& request : server_.requests()) {
      all.push_back(json::parse(request.body)["status"]);
    }
    return all;
  }

  std::atomic<int> refusals_ = 0;  // so many requests are answered with 503
  test::TemporaryDirectory directory_;
  ScriptedServer server_{[this](const ReceivedRequest&) {
    return httpAnswer(refusals_.fetch_sub(1) > 0 ? 503 : 200);
  }};
};

using testing::ElementsAre;

TEST_F(Center, TellsThatAnAlertFiresAndThatItEnds) {
  const auto center = start();
  tell(*center, true);
  ASSERT_TRUE(server_.waitFor(1));
  tell(*center, false);
  ASSERT_TRUE(server_.waitFor(2));
  EXPECT_THAT(statuses(), ElementsAre("firing", "resolved"));
}

TEST_F(Center, WhatWasToldIsNotToldAgainAfterAStart) {
  const auto center = startedAgain();
  tell(*center, true);
  tell(*center, false);
  ASSERT_TRUE(server_.waitFor(2));
  EXPECT_THAT(statuses(), ElementsAre("firing", "resolved"));
}

TEST_F(Center, WhatEndedWhileItWasDownIsToldAfterTheFirstEvaluation) {
  const auto center = startedAgain();
  center->allEvaluated({});
  ASSERT_TRUE(server_.waitFor(2));
  EXPECT_THAT(statuses(), ElementsAre("firing", "resolved"));
}

TEST_F(Center, WhatEndedWhileItWasDownIsOverAtTheNextStartToo) {
  auto center = startedAgain();
  center->allEvaluated({});
  ASSERT_TRUE(server_.waitFor(2));
  settle(*center);
  center.reset();
  center = start();
  center->look([](const notifications::Dispatcher& dispatcher, Time at) {
    for (const auto& [known, alert] : dispatcher.alerts()) EXPECT_TRUE(alert.isResolved(at));
  });
}

TEST_F(Center, WhatWasNotSentBeforeTheEndIsSentAfterTheStart) {
  refusals_ = 1000;
  auto center = start();
  tell(*center, true);
  ASSERT_TRUE(server_.waitFor(1));
  center.reset();
  refusals_ = 0;
  const auto before = server_.requests().size();
  center = start();
  ASSERT_TRUE(server_.waitFor(before + 1));
}

TEST_F(Center, ACooldownOutlastsTheProcess) {
  auto center = start();
  tell(*center, true, 1h);
  ASSERT_TRUE(server_.waitFor(1));
  settle(*center);
  center.reset();
  center = start();
  center->look([&](const notifications::Dispatcher& dispatcher, Time) {
    EXPECT_TRUE(dispatcher.cooling().contains(notifications::fingerprint(kHot)));
  });
}

TEST_F(Center, TransitionsAreKeptOnceOverAStart) {
  const auto center = startedAgain();
  tell(*center, true);
  tell(*center, false);
  ASSERT_TRUE(server_.waitFor(2));
  std::vector<std::string> steps;
  for (const auto& row : center->history({0, now() + 1000}).rows) {
    steps.push_back(row.from + " " + row.to);
  }
  EXPECT_THAT(steps, ElementsAre("firing resolved", "inactive firing"));
}

TEST_F(Center, HistoryComesInPages) {
  const auto center = start();
  using enum rules::AlertState;
  center->changed({{now(), kHot, {}, 1, "Hot", kPending}, {now(), kHot, {}, 2, "Hot", kFiring}});
  tell(*center, true);
  ASSERT_TRUE(server_.waitFor(1));
  tell(*center, false);
  ASSERT_TRUE(server_.waitFor(2));
  notifications::HistoryQuery query{0, now() + 1000};
  query.limit = 2;
  const auto first = center->history(query);
  ASSERT_EQ(first.rows.size(), 2U);
  query.before = first.next;
  EXPECT_EQ(center->history(query).rows.size(), 1U);
  query.matchers = notifications::parseMatchers("alertname=Cold");
  EXPECT_TRUE(center->history(query).rows.empty());
}

TEST_F(Center, SilencesOutlastTheProcess) {
  auto center = start();
  const std::string id = center->setSilence(
      {"", notifications::parseMatchers("alertname=Hot"), now(), now() + 60'000}, "me");
  center.reset();
  center = start();
  bool isThere = false;
  center->look([&](const notifications::Dispatcher& dispatcher, Time at) {
    const auto* const silence = dispatcher.silences().find(id);
    isThere = silence && stateOf(*silence, at) == notifications::SilenceState::kActive;
  });
  EXPECT_TRUE(isThere);
  center->expireSilence(id, "me");
  EXPECT_THROW(center->expireSilence("gone", "me"), notifications::SilenceError);
}

const LabelSet kCold = {{"alertname", "Cold"}};

// An alert of another program, which counts as ended so long after now.
notifications::Alert foreign(Milliseconds endsAfter) {
  const Time at = now();
  return {kCold,     {},
          at - 1000, at + endsAfter.count(),
          at,        notifications::GeneratorUrl("http://there")};
}

TEST_F(Center, AlertsOfOtherProgramsAreToldAndKept) {
  const auto center = start();
  center->receive({foreign(1min)});
  ASSERT_TRUE(server_.waitFor(1));
  center->receive({foreign(0ms)});
  ASSERT_TRUE(server_.waitFor(2));
  EXPECT_THAT(statuses(), ElementsAre("firing", "resolved"));
  std::vector<std::string> steps;
  for (const auto& row : center->history({0, now() + 1000}).rows) steps.push_back(row.to);
  EXPECT_THAT(steps, ElementsAre("resolved", "firing"));
}

TEST_F(Center, AlertsOfOtherProgramsGoOnThoughNoRuleKnowsThem) {
  auto center = start();
  center->receive({foreign(1min)});
  tell(*center, true);
  ASSERT_TRUE(server_.waitFor(2));
  settle(*center);
  center.reset();
  center = start();
  center->allEvaluated({});  // which ends the one of the rule
  ASSERT_TRUE(server_.waitFor(3));
  center->look([&](const notifications::Dispatcher& dispatcher, Time at) {
    EXPECT_FALSE(dispatcher.alerts().at(notifications::fingerprint(kCold)).isResolved(at));
    EXPECT_TRUE(dispatcher.alerts().at(notifications::fingerprint(kHot)).isResolved(at));
  });
}

TEST_F(Center, GoesOnWithoutAStateFile) {
  std::filesystem::create_directory(directory_.path() / "state.db");
  const auto center = start();
  tell(*center, true);
  EXPECT_TRUE(server_.waitFor(1));
}

TEST_F(Center, AFailingReceiverIsTriedAgain) {
  refusals_ = 1;
  const auto center = start();
  tell(*center, true);
  ASSERT_TRUE(server_.waitFor(2));
  EXPECT_THAT(statuses(), testing::Each("firing"));
}

}  // namespace
}  // namespace orchestrator_exporter::http::notify
