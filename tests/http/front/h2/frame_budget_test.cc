#include "http/front/h2/frame_budget.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http::h2 {
namespace {

int spendAll(FrameBudget& budget, FrameBudget::Time now) {
  int count = 0;
  while (budget.spend(now)) ++count;
  return count;
}

}  // namespace

TEST(FrameBudget, EndsForWhoBringsNothing) {
  const FrameBudget::Time start{};
  FrameBudget budget(start);
  EXPECT_EQ(spendAll(budget, start), 1'000);
}

TEST(FrameBudget, GrowsWithTheTime) {
  FrameBudget::Time now{};
  FrameBudget budget(now);
  for (int second = 0; second < 100; ++second) {
    now += std::chrono::seconds(1);
    for (int frame = 0; frame < 100; ++frame) ASSERT_TRUE(budget.spend(now));
  }
  EXPECT_GE(spendAll(budget, now), 900);
}

TEST(FrameBudget, GrowsWithTheCalls) {
  const FrameBudget::Time now{};
  FrameBudget budget(now);
  for (int call = 0; call < 10'000; ++call) {
    for (int frame = 0; frame < 5; ++frame) ASSERT_TRUE(budget.spend(now));
    budget.earn();
  }
}

}  // namespace orchestrator_exporter::http::h2
