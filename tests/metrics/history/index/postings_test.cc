#include "metrics/history/index/postings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>

namespace orchestrator_exporter::history {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Postings, AreIntersected) {
  EXPECT_THAT(intersect(Postings{1, 3, 5, 9}, Postings{2, 3, 4, 9, 10}), ElementsAre(3, 9));
  EXPECT_THAT(intersect(Postings{}, Postings{1}), IsEmpty());
}

TEST(Postings, AreIntersectedWhateverTheirLengths) {
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    Postings lists[2];
    for (Postings& list : lists) {
      const std::size_t size = random() % 200 / (random() % 50 + 1);
      for (std::size_t j = 0; j < size; ++j) list.push_back(static_cast<SeriesId>(random() % 300));
      std::ranges::sort(list);
      list.erase(std::ranges::unique(list).begin(), list.end());
    }
    Postings both;
    std::ranges::set_intersection(lists[0], lists[1], std::back_inserter(both));
    ASSERT_EQ(intersect(lists[0], lists[1]), both);
  }
}

TEST(Postings, AreSubtracted) {
  EXPECT_THAT(subtract(Postings{1, 2, 3, 4}, Postings{2, 4, 6}), ElementsAre(1, 3));
}

TEST(Postings, AreUnitedEachOnce) {
  EXPECT_THAT(unite({{1, 5}, {}, {2, 5, 7}}), ElementsAre(1, 2, 5, 7));
  EXPECT_THAT(unite({}), IsEmpty());
}

}  // namespace orchestrator_exporter::history
