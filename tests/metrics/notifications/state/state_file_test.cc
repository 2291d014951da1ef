#include "metrics/notifications/state/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::notifications {
namespace {

constexpr Time kHour = 3'600'000;
constexpr Time kBegin = 1'800'000'000'000;

class StateFileTest : public testing::Test {
 protected:
  std::int64_t rows(const std::string& table) const {
    history::Database database(path_, history::Database::Mode::kReadOnly);
    return database.integer("SELECT count(*) FROM " + table);
  }

  // What so many alerts that fire and end leave at a time, told and set silent.
  static Changes traffic(Time at, int count) {
    Changes changes;
    for (int i = 0; i < count; ++i) {
      const LabelSet labels = {{"alertname", "A"}, {"i", std::to_string(i)}};
      const std::string id = std::to_string(at) + "-" + std::to_string(i);
      changes.transitions.push_back({at, labels, {}, "inactive", "firing", 1, "A"});
      changes.queued.push_back(
          {.id = id, .receiver = "people", .integration = "webhook", .groupKey = "{}", .at = at});
      changes.progress.push_back({.id = id, .status = "sent", .tries = 1});
      changes.audit.push_back({at, "silence set", "me", "", "{}"});
    }
    return changes;
  }

  test::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "state.db";
  StateFile file_{path_};
};

// Of the largest table; all have the same bound.
TEST_F(StateFileTest, StaysInBoundsForAWeekOfTrouble) {
  constexpr int kEachDay = 14'500;
  constexpr std::int64_t kMost = 100'000;
  for (Time day = 0; day < 7; ++day) {
    Changes changes;
    for (int i = 0; i < kEachDay; ++i) {
      changes.transitions.push_back(
          {kBegin + day * 24 * kHour, {{"alertname", "A"}}, {}, "inactive", "firing", 1, "A"});
    }
    file_.write(changes);
    file_.prune(kBegin - 30 * 24 * kHour);
  }
  EXPECT_EQ(rows("transition"), kMost);
  // The newest are those that are kept.
  EXPECT_EQ(readTransitions(path_, {0, kBegin + 24 * 7 * kHour}).rows.at(0).time,
            kBegin + 6 * 24 * kHour);
}

TEST_F(StateFileTest, ForgetsWhatIsOlderThanItIsToBeKept) {
  file_.write(traffic(kBegin, 2));
  file_.write(traffic(kBegin + kHour, 3));
  file_.prune(kBegin + 1);
  for (const char* table : {"transition", "notification", "audit"}) EXPECT_EQ(rows(table), 3);
}

TEST_F(StateFileTest, WhatIsStillToBeSentIsNotForgotten) {
  Changes changes = traffic(kBegin, 2);
  changes.progress.pop_back();
  file_.write(changes);
  file_.prune(kBegin + 24 * kHour);
  const KeptState kept = file_.load();
  ASSERT_EQ(kept.queued.size(), 1U);
  EXPECT_EQ(kept.queued[0].receiver, "people");
}

TEST_F(StateFileTest, KeepsWhenAnAlertWasToldThatHasACooldown) {
  Changes changes;
  changes.cooling[7] = {kBegin, kBegin - 1};
  file_.write(changes);
  EXPECT_EQ(file_.load().cooling, changes.cooling);
  file_.prune(kBegin + 1);
  EXPECT_TRUE(file_.load().cooling.empty());
}

}  // namespace
}  // namespace orchestrator_exporter::notifications
