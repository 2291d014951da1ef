// A series has the same name in every format, so that what a scraper prefers changes no query.
#include "tests/support/series_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/awkward_families.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

using testing::Contains;
using testing::Key;
using testing::Not;

std::map<std::string, std::size_t> namesIn(Format format, Escaping escaping,
                                           const std::function<void(Sink&)>& give) {
  return seriesNames(format, expose({.format = format, .escaping = escaping}, give));
}

class SeriesNames : public testing::TestWithParam<Escaping> {
 protected:
  // The formats that spell names in this way.
  static std::vector<Format> formats() {
    std::vector<Format> all = {Format::kText100, Format::kOpenMetrics100, Format::kProtobuf};
    if (GetParam() == Escaping::kUnderscores) {
      all.insert(all.end(), {Format::kText004, Format::kOpenMetrics001});
    }
    return all;
  }
  static void expectTheSame(const std::function<void(Sink&)>& give) {
    const auto expected = namesIn(Format::kText100, GetParam(), give);
    ASSERT_FALSE(expected.empty());
    for (const Format format : formats()) {
      EXPECT_EQ(namesIn(format, GetParam(), give), expected) << "format " << int(format);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Escaping, SeriesNames,
                         testing::Values(Escaping::kUnderscores, Escaping::kDots, Escaping::kValues,
                                         Escaping::kAllowUtf8));

TEST_P(SeriesNames, AreTheSameInEveryFormat) { expectTheSame(giveAwkwardFamilies); }
TEST_P(SeriesNames, AreTheSameWhateverHasToBeEscaped) { expectTheSame(giveUtf8Names); }
TEST_P(SeriesNames, AreTheSameWhereTheyStandInEachOthersWay) { expectTheSame(giveCollidingNames); }

TEST(SeriesNamesOfOpenMetrics, AreThoseOfTheFamilies) {
  const auto names = namesIn(Format::kOpenMetrics100, Escaping::kAllowUtf8, giveCollidingNames);
  for (const char* name : {"without", "twice_total_total", "_total", "informs", "_info", "plain",
                           "plain_total", "jobs_total", "jobs_created", "size_bucket", "size_sum",
                           "size_created", "wait", "wait_created", "wait_bucket", "gauge_total"}) {
    EXPECT_THAT(names, Contains(Key(name)));
  }
  for (const char* name : {"without_total", "informs_info", "_total_total_total"}) {
    EXPECT_THAT(names, Not(Contains(Key(name))));
  }
}

}  // namespace orchestrator_exporter
