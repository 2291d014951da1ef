#include "metrics/base/utc_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace orchestrator_exporter {

TEST(UtcText, HasDateAndTimeOfDay) {
  EXPECT_EQ(utcText(0), "1970-01-01T00:00:00");
  EXPECT_EQ(utcText(1'700'000'000), "2023-11-14T22:13:20");
  EXPECT_EQ(utcText(951'782'400), "2000-02-29T00:00:00");
  EXPECT_EQ(utcText(-1), "1969-12-31T23:59:59");
}

TEST(UtcText, IsNoneForAYearThatHasNoRoom) {
  EXPECT_EQ(utcText(std::numeric_limits<std::int64_t>::max()), std::nullopt);
}

}  // namespace orchestrator_exporter
