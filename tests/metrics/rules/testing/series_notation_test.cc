#include "metrics/rules/testing/series_notation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::rules {

using testing::ElementsAre;

TEST(SeriesNotation, ExpandsValues) {
  EXPECT_THAT(parseSeriesValues("1 _ 2.5"), ElementsAre(1, std::nullopt, 2.5));
  EXPECT_THAT(parseSeriesValues("1+2x3"), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(parseSeriesValues("1-2x1 -1e1x1"), ElementsAre(1, -1, -10, -10));
  EXPECT_THAT(parseSeriesValues("_x2 4"), ElementsAre(std::nullopt, std::nullopt, 4));
}

TEST(SeriesNotation, TakesZeroTimesForNoHexadecimalNumber) {
  EXPECT_THAT(parseSeriesValues("0x2"), ElementsAre(0, 0, 0));
}

TEST(SeriesNotation, RefusesWhatIsNoValue) {
  for (const char* bad : {"x", "1x", "1+x2", "_3", "1+2", "1x-1"}) {
    EXPECT_THROW(parseSeriesValues(bad), ParseError) << bad;
  }
}

}  // namespace orchestrator_exporter::rules
