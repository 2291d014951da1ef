#include "metrics/base/identity_hash.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

namespace orchestrator_exporter {
namespace {

TEST(IdentityHash, TellsShortTextsOfAllLengthsApart) {
  std::unordered_set<std::uint64_t> hashes;
  constexpr int kNumbers = 200'000;
  for (int i = 0; i < kNumbers; ++i) hashes.insert(identityHash(std::to_string(i), 7));
  EXPECT_EQ(hashes.size(), static_cast<std::size_t>(kNumbers));
}

TEST(IdentityHash, DependsOnItsSeed) {
  EXPECT_NE(identityHash("text", 1), identityHash("text", 2));
  EXPECT_EQ(identityHash("text", 1), identityHash("text", 1));
}

}  // namespace
}  // namespace orchestrator_exporter
