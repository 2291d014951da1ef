#include "metrics/history/store/blobs/crc32c.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace orchestrator_exporter::history {

// The examples of RFC 3720, appendix B.4.
TEST(Crc32c, IsThatOfTheStandard) {
  std::array<std::uint8_t, 32> bytes{};
  EXPECT_EQ(crc32c(bytes), 0x8a9136aau);
  bytes.fill(0xff);
  EXPECT_EQ(crc32c(bytes), 0x62a8ab43u);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  EXPECT_EQ(crc32c(bytes), 0x46dd794eu);
}

TEST(Crc32c, GoesOnBehindOtherBytes) {
  std::array<std::uint8_t, 32> bytes{};
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  const std::span<const std::uint8_t> all(bytes);
  EXPECT_EQ(crc32c(all.subspan(10), crc32c(all.first(10))), 0x46dd794eu);
}

}  // namespace orchestrator_exporter::history
