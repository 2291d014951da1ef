#include "metrics/base/weak_map.h"

#include <gtest/gtest.h>

#include <vector>

namespace orchestrator_exporter {

std::shared_ptr<int> find(WeakMap<int, int>& map, int key) {
  return map.find(key, [key] { return std::make_shared<int>(key); });
}

TEST(WeakMap, FindsAnObjectForAsLongAsItIsKept) {
  WeakMap<int, int> map;
  std::shared_ptr<int> kept = find(map, 1);
  *kept = 7;
  EXPECT_EQ(find(map, 1), kept);
  kept.reset();
  EXPECT_EQ(*find(map, 1), 1);
}

TEST(WeakMap, LooksAtFewEntriesForEachNewObject) {
  WeakMap<int, int> map;
  std::vector<std::shared_ptr<int>> kept;
  constexpr int kObjects = 50'000;
  for (int key = 0; key < kObjects; ++key) kept.push_back(find(map, key));
  EXPECT_EQ(map.size(), static_cast<std::size_t>(kObjects));
  // 64 + 128 + 256 + ... and never all of them for one.
  EXPECT_GT(map.swept(), 0u);
  EXPECT_LE(map.swept(), 2u * kObjects);
}

TEST(WeakMap, ForgetsWhatNobodyKeeps) {
  WeakMap<int, int> map;
  const std::shared_ptr<int> kept = find(map, -1);
  constexpr int kObjects = 10'000;
  for (int key = 0; key < kObjects; ++key) find(map, key);
  EXPECT_LE(map.size(), 64u);
  EXPECT_LE(map.swept(), 2u * kObjects);
  EXPECT_EQ(find(map, -1), kept);
}

}  // namespace orchestrator_exporter
