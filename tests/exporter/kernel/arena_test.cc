#include "exporter/kernel/arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace orchestrator_exporter {

TEST(Arena, KeepsAllTextsUntilTheyAreTakenBack) {
  Arena arena;
  std::vector<std::string_view> stored;
  for (int i = 0; i < 10'000; ++i) stored.push_back(arena.store("text " + std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_EQ(stored[static_cast<std::size_t>(i)], "text " + std::to_string(i));
  }
}

TEST(Arena, GivesPiecesOfAnySize) {
  Arena arena;
  const std::string_view small = arena.store("small");
  constexpr std::size_t kLarge = std::size_t{5} << 20;
  char* const large = arena.allocate(kLarge);
  std::memset(large, 'x', kLarge);
  EXPECT_EQ(arena.store("behind"), "behind");
  EXPECT_EQ(small, "small");
  EXPECT_EQ(large[kLarge - 1], 'x');
  EXPECT_EQ(arena.store(""), "");
}

TEST(Arena, UsesAgainWhatAPieceGaveBack) {
  Arena arena;
  char* const piece = arena.allocate(1000);
  arena.shrinkLast(piece, 10);
  EXPECT_EQ(arena.allocate(1), piece + 10);
  char* const none = arena.allocate(100);
  arena.shrinkLast(none, 0);
  EXPECT_EQ(arena.allocate(1), none);
}

TEST(Arena, UsesItsMemoryAgainAfterAReset) {
  Arena arena;
  const char* const first = arena.allocate(1000);
  arena.reset();
  EXPECT_EQ(arena.allocate(1000), first);
  // Of several blocks one is kept that is large enough for the next run.
  arena.allocate(100'000);
  const char* const larger = arena.allocate(200'000);
  arena.reset();
  EXPECT_EQ(arena.allocate(200'000), larger);
}

TEST(Arena, CanBeResetWithoutHavingBeenUsed) {
  Arena arena;
  arena.reset();
  arena.reset();
  EXPECT_EQ(arena.store("text"), "text");
}

}  // namespace orchestrator_exporter
