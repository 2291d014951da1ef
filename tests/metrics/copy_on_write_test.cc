#include "metrics/copy_on_write.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace orchestrator_exporter {

using Shared = CopyOnWrite<std::string>;

TEST(CopyOnWrite, IsSharedUntilOneIsChanged) {
  const Shared first("a");
  Shared second = first;
  EXPECT_EQ(&*first, &*second);
  second.own() += "b";
  EXPECT_EQ(*first, "a");
  EXPECT_EQ(*second, "ab");
}

TEST(CopyOnWrite, IsChangedInItsPlaceWithoutOtherOwners) {
  Shared one("a");
  const std::string* const place = &*one;
  one.own() += "b";
  EXPECT_EQ(&*one, place);
}

TEST(CopyOnWrite, HasNothingBeforeItIsChanged) {
  Shared one;
  EXPECT_TRUE(one->empty());
  one.own() = "a";
  EXPECT_EQ(*one, "a");
}

TEST(CopyOnWrite, IsEmptyOnceMoved) {
  Shared one("a");
  const Shared other = std::move(one);
  one = Shared();
  EXPECT_TRUE(one->empty());
  EXPECT_EQ(*other, "a");
}

TEST(CopyOnWrite, IsComparedByItsValue) {
  EXPECT_EQ(Shared("a"), Shared("a"));
  EXPECT_LT(Shared("a"), Shared("b"));
  EXPECT_EQ(Shared(), Shared(""));
}

TEST(CopyOnWrite, ThreadsChangeTheirOwnCopies) {
  const Shared first("a");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([mine = first]() mutable {
      for (int change = 0; change < 100; ++change) {
        const Shared before = mine;
        mine.own() += "b";
        EXPECT_EQ(mine->size(), before->size() + 1);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(*first, "a");
}

}  // namespace orchestrator_exporter
