#include "metrics/notifications/silences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter::notifications {
namespace {

using testing::ElementsAre;

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
  EXPECT_THROW(silences.set({"", parseMatchers("a=~.*"), 0, 10'000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"", some, 0, 500}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"", some, 9000, 8000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.set({"gone", some, 0, 8000}, 1000, "x"), SilenceError);
  EXPECT_THROW(silences.expire("gone", 1000), SilenceError);
}

TEST(Silences, OfWhatIsUnlikeSomethingAreTaken) {
  Silences silences;
  silences.set({"", parseMatchers("a!=b"), 0, 10'000}, 1000, "one");
  EXPECT_THAT(silences.silencing({{"a", "c"}}, 2000), ElementsAre("one"));
  EXPECT_TRUE(silences.silencing({{"a", "b"}}, 2000).empty());
}

TEST(Silences, AnEndThatIsOverIsNotMoved) {
  Silences silences;
  silences.set({"", parseMatchers("a=b"), 0, 10'000}, 1000, "one");
  EXPECT_EQ(silences.expire("one", 5000).endsAt, 5000);
  EXPECT_EQ(silences.expire("one", 6000).endsAt, 5000);
}

TEST(Silences, OneThatIsRefusedForWantOfRoomEndsNoOther) {
  Silences silences;
  for (std::size_t i = 0; i < Silences::kMost; ++i) {
    silences.set({"", parseMatchers("a=b"), 0, 10'000}, 1000, "s" + std::to_string(i));
  }
  EXPECT_THROW(silences.set({"s0", parseMatchers("a=c"), 1000, 10'000}, 2000, "x"), SilenceError);
  EXPECT_EQ(stateOf(*silences.find("s0"), 2000), SilenceState::kActive);
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
