#include "metrics/rules/alerting_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/rules/group.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter::rules {
namespace {

using testing::ElementsAre;

constexpr Time kMinute = 60'000;

class Listener final : public Notifier {
 public:
  void notify(const std::vector<NotifiedAlert>& alerts) override {
    for (const NotifiedAlert& alert : alerts) told.push_back(alert.resolved ? "ends" : "fires");
  }

  std::vector<std::string> told;
};

// One alert over the series `hot`, which is evaluated at some time of each minute from minute 1 on.
class AlertOverMinutes : public testing::Test {
 protected:
  void begin(Milliseconds holdFor = {}, Milliseconds keepFiringFor = {}) {
    RuleDefinition rule;
    rule.holdFor = holdFor;
    rule.keepFiringFor = keepFiringFor;
    rule.kind = RuleDefinition::Kind::kAlerting;
    rule.name = "Hot";
    rule.query = "hot > 0";
    GroupDefinition group{.name = "g", .file = "f"};
    group.limit = limit_;
    group.rules.push_back(std::move(rule));
    settings_.history = history_;
    settings_.notifier = &listener_;
    settings_.write = [this](const std::vector<RuleSample>& samples) {
      for (const RuleSample& sample : samples) {
        written_.push_back(std::string(sample.labels.get("__name__")) + " " +
                           std::string(sample.labels.get("alertstate")) + "@" +
                           std::to_string(sample.time / kMinute));
      }
    };
    group_.emplace(std::make_shared<const GroupDefinition>(std::move(group)), settings_, 0);
  }

  // The states after each of these minutes, the first letter of each: i, p, f.
  std::string statesUntil(int minute) {
    std::string states;
    for (; minute_ <= minute; ++minute_) {
      group_->evaluateDue((minute_ + 1) * kMinute - 1);
      const auto alerts = alertsNow();
      states += alerts.empty() ? 'i' : std::string(stateName(alerts.front().state)).front();
    }
    return states;
  }

  std::vector<Alert> alertsNow() const { return group_->status().rules.front().alerts; }

  std::size_t limit_ = 0;
  std::shared_ptr<MemoryHistory> history_ = std::make_shared<MemoryHistory>();
  RuleSettings settings_;
  Listener listener_;
  std::vector<std::string> written_;
  std::optional<Group> group_;
  int minute_ = 1;
};

TEST_F(AlertOverMinutes, IsPendingForItsTimeThenFiresAndEndsWhenItIsGivenNoMore) {
  history_->load("hot", "0 1 1 1 1 0 0");
  begin(std::chrono::minutes(2));
  EXPECT_EQ(statesUntil(6), "ppffii");
  EXPECT_THAT(listener_.told, ElementsAre("fires", "ends"));
}

TEST_F(AlertOverMinutes, FiresAtOnceWithoutATimeToHold) {
  history_->load("hot", "0 1 0");
  begin();
  EXPECT_EQ(statesUntil(2), "fi");
}

TEST_F(AlertOverMinutes, BeginsAgainToBePendingAfterOneEvaluationWithoutIt) {
  history_->load("hot", "0 1 0 1 1 1");
  begin(std::chrono::minutes(2));
  EXPECT_EQ(statesUntil(5), "pippf");
}

TEST_F(AlertOverMinutes, FiresOnForAsLongAsItIsToKeepFiring) {
  history_->load("hot", "0 1 0 0 0 0");
  begin({}, std::chrono::minutes(2));
  EXPECT_EQ(statesUntil(4), "fffi");
}

TEST_F(AlertOverMinutes, TellsHowManySamplesItLookedAt) {
  history_->load("hot", "0 1 1 0");
  begin();
  statesUntil(3);
  EXPECT_EQ(group_->status().rules.front().work.seenSamples, 3U);
}

TEST_F(AlertOverMinutes, IsToldAgainEachResendDelayWhileItFires) {
  history_->load("hot", "0 1 1 1 1 1");
  settings_.resendDelay = std::chrono::minutes(2);
  begin();
  statesUntil(5);
  EXPECT_THAT(listener_.told, ElementsAre("fires", "fires"));
}

TEST_F(AlertOverMinutes, ItsSeriesAreWrittenAfterTwoEvaluations) {
  history_->load("hot", "0 1 1 1");
  begin(std::chrono::minutes(10));
  statesUntil(3);
  EXPECT_THAT(written_, ElementsAre("ALERTS pending@3", "ALERTS_FOR_STATE @3"));
}

TEST_F(AlertOverMinutes, AllEndWhenThereAreMoreThanTheLimit) {
  history_->load("hot{i='a'}", "0 1 1");
  history_->load("hot{i='b'}", "0 0 1");
  limit_ = 1;
  begin();
  EXPECT_EQ(statesUntil(2), "fi");
  EXPECT_EQ(group_->status().rules.front().lastError, "exceeded limit of 1 with 2 alerts");
}

// The alert was pending since minute 0, and the program down from minute 20 to minute 30.
constexpr auto kWritten = "_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 0";

TEST_F(AlertOverMinutes, AfterARestartGoesOnFromWhatItsSeriesTell) {
  history_->load("ALERTS_FOR_STATE{alertname='Hot'}", kWritten);
  for (int minute = 30; minute < 40; ++minute)
    history_->add({{"__name__", "hot"}}, minute * kMinute, 1);
  minute_ = 30;
  begin(std::chrono::hours(1));
  statesUntil(32);
  ASSERT_EQ(alertsNow().size(), 1u);
  // The time of which nothing is known does not count.
  EXPECT_EQ(alertsNow().front().activeAt, 12 * kMinute - 1);
}

TEST_F(AlertOverMinutes, AfterARestartReadsWhatItWroteItselfIfItAsksAnotherServer) {
  const auto own = std::make_shared<MemoryHistory>();
  own->load("ALERTS_FOR_STATE{alertname='Hot'}", kWritten);
  settings_.own = own;
  for (int minute = 30; minute < 40; ++minute)
    history_->add({{"__name__", "hot"}}, minute * kMinute, 1);
  minute_ = 30;
  begin(std::chrono::hours(1));
  statesUntil(32);
  EXPECT_EQ(alertsNow().front().activeAt, 12 * kMinute - 1);
}

}  // namespace
}  // namespace orchestrator_exporter::rules
