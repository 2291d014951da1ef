#include "metrics/uuid.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

TEST(Uuids, AreSortedByTheTimeThatTheyAreOf) {
  const std::string early = timedUuid(system_clock::time_point(seconds(1'700'000'000)));
  const std::string late = timedUuid(system_clock::time_point(seconds(1'700'000'001)));
  // 1,700,000,000,000 ms are 0x018bcfe56800.
  EXPECT_EQ(early.substr(0, 15), "018bcfe5-6800-7");
  EXPECT_LT(early, late);
}

// RFC 9562, section 4: digits in groups of 8, 4, 4, 4 and 12; the version; the variant 10.
TEST(Uuids, HaveTheFormOfTheirVersion) {
  for (const std::string& uuid : {randomUuid(), timedUuid(system_clock::time_point())}) {
    ASSERT_EQ(uuid.size(), 36U);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) EXPECT_EQ(uuid[dash], '-') << uuid;
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos) << uuid;
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
  }
  EXPECT_EQ(randomUuid()[14], '4');
}

TEST(Uuids, DifferThoughTheirTimeIsTheSame) {
  EXPECT_NE(randomUuid(), randomUuid());
  EXPECT_NE(timedUuid(system_clock::time_point()), timedUuid(system_clock::time_point()));
}

}  // namespace
}  // namespace orchestrator_exporter
