#include "metrics/history/index/posting_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PostingList listOf(const Postings& ids) {
  PostingList list;
  for (const SeriesId id : ids) list.append(id);
  return list;
}

// Read in parts of this size.
Postings inParts(const PostingList& list, std::size_t most) {
  Postings all;
  while (list.appendTo(all, all.empty() ? 0 : all.back(), most)) {
  }
  return all;
}

Postings allOf(const PostingList& list) { return inParts(list, 1'000'000); }

// With runs and gaps of all lengths.
Postings someIds(std::mt19937& random) {
  Postings ids;
  const std::size_t size = random() % 60;
  const std::size_t gaps = random() % 5 + 1;
  for (std::size_t id = 0; ids.size() < size;) {
    id += random() % gaps == 0 ? random() % 9 + 1 : 1;
    ids.push_back(static_cast<SeriesId>(id));
  }
  return ids;
}

}  // namespace

TEST(PostingList, GivesBackWhatItGot) {
  EXPECT_THAT(allOf({}), IsEmpty());
  EXPECT_THAT(allOf(listOf({7})), ElementsAre(7));
  EXPECT_THAT(allOf(listOf({1, 2})), ElementsAre(1, 2));
  EXPECT_THAT(allOf(listOf({1, 2, 3})), ElementsAre(1, 2, 3));
  EXPECT_THAT(allOf(listOf({1, 3, 4, 5, 9, 10, 12})), ElementsAre(1, 3, 4, 5, 9, 10, 12));
  EXPECT_THAT(allOf(listOf({PostingList::kEnd - 1})), ElementsAre(PostingList::kEnd - 1));
}

TEST(PostingList, ARunTakesNoMemoryBeyondTheList) {
  PostingList list;
  for (SeriesId id = 5; id < 1'000; ++id) list.append(id);
  EXPECT_EQ(list.heldBytes(), 0);
  EXPECT_EQ(allOf(list).size(), 995);
  EXPECT_EQ(listOf({3}).heldBytes(), 0);
}

TEST(PostingList, GoesOnBehindAnyNumberInPartsOfAnySize) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const Postings ids = someIds(random);
    const PostingList list = listOf(ids);
    ASSERT_EQ(inParts(list, random() % 5 + 1), ids);
    const auto after = static_cast<SeriesId>(random() % 80);
    Postings behind;
    EXPECT_FALSE(list.appendTo(behind, after, ids.size()));
    ASSERT_EQ(behind, Postings(std::ranges::upper_bound(ids, after), ids.end()));
  }
}

TEST(PostingList, TellsWhetherMoreIsLeft) {
  const PostingList list = listOf({1, 2, 3, 8});
  Postings part;
  EXPECT_TRUE(list.appendTo(part, 0, 2));
  EXPECT_TRUE(list.appendTo(part, 2, 1));
  EXPECT_FALSE(list.appendTo(part, 3, 1));
  EXPECT_FALSE(list.appendTo(part, 8, 1));
  EXPECT_THAT(part, ElementsAre(1, 2, 3, 8));
}

TEST(PostingList, ForgetsAnyNumbersAndGoesOn) {
  std::mt19937 random(8);
  for (int i = 0; i < 300; ++i) {
    const Postings ids = someIds(random);
    const Postings gone = someIds(random);
    PostingList list = listOf(ids);
    Postings left;
    std::ranges::set_difference(ids, gone, std::back_inserter(left));
    ASSERT_EQ(list.remove(gone), ids.size() - left.size());
    ASSERT_EQ(allOf(list), left);
    ASSERT_EQ(list.empty(), left.empty());
    for (const SeriesId id : {1'000, 1'001, 1'002, 1'005}) {
      list.append(id);
      left.push_back(id);
    }
    ASSERT_EQ(allOf(list), left);
  }
}

TEST(PostingList, CountsItsNumbersWithRunsAndWithout) {
  EXPECT_EQ(listOf({}).count(), 0U);
  EXPECT_EQ(listOf({7}).count(), 1U);
  EXPECT_EQ(listOf({3, 4, 5, 6}).count(), 4U);
  EXPECT_EQ(listOf({1, 3, 4, 5, 9, 10, 12, 20, 21, 22, 23}).count(), 11U);
}

TEST(PostingList, IsMoved) {
  PostingList list = listOf({1, 3, 5, 7, 9});
  PostingList other = std::move(list);
  list = listOf({2});
  std::swap(list, other);
  EXPECT_THAT(allOf(list), ElementsAre(1, 3, 5, 7, 9));
  EXPECT_THAT(allOf(other), ElementsAre(2));
}

}  // namespace orchestrator_exporter::history
