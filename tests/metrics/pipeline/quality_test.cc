#include "metrics/pipeline/quality.h"

#include <gtest/gtest.h>

#include <cmath>

namespace orchestrator_exporter::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const LabelSet kFirst{{"__name__", "first"}};
const LabelSet kSecond{{"__name__", "second"}};

class QualityOfAStream : public testing::Test {
 protected:
  void observe(const LabelSet& labels, int at, double value, MetricType type = MetricType::kGauge,
               double created = 0, bool isInRange = true) {
    quality_.observe({.labels = labels,
                      .type = type,
                      .value = value,
                      .created = created,
                      .time = Time(seconds(at)),
                      .isInRange = isInRange});
  }
  void store(const LabelSet& labels, int at, milliseconds delay = milliseconds(10)) {
    quality_.store(labels, Time(seconds(at)), Time(seconds(at) + delay));
  }

  Quality quality_{seconds(15)};
};

TEST_F(QualityOfAStream, SaysNothingOfNothing) {
  const auto report = quality_.report();
  EXPECT_FALSE(report.completeness.ratio());
  EXPECT_FALSE(report.accuracy.ratio());
  EXPECT_FALSE(report.timeliness.ratio());
  EXPECT_FALSE(report.delayP95);
}

// The first series has 0, 15, 45, 60: four of five. The second one ends at 15: two of two.
TEST_F(QualityOfAStream, MissesWhatIsMissingWithinALife) {
  for (const int at : {0, 15, 45, 60}) store(kFirst, at);
  for (const int at : {0, 15}) store(kSecond, at);
  const auto share = quality_.report().completeness;
  EXPECT_EQ(share.good, 6U);
  EXPECT_EQ(share.all, 7U);
}

TEST_F(QualityOfAStream, RemembersWhatAnEndedSeriesMissed) {
  for (const int at : {0, 30}) store(kFirst, at);
  store(kSecond, 7200);
  const auto share = quality_.report().completeness;
  EXPECT_EQ(share.good, 3U);
  EXPECT_EQ(share.all, 4U);
}

TEST_F(QualityOfAStream, CountsValuesThatAreFiniteAndInRange) {
  observe(kFirst, 0, 1);
  observe(kFirst, 15, std::nan(""));
  observe(kFirst, 30, 2, MetricType::kGauge, 0, false);
  observe(kFirst, 45, 3);
  const auto share = quality_.report().accuracy;
  EXPECT_EQ(share.good, 2U);
  EXPECT_EQ(share.all, 4U);
}

// 10, 12, 3 (falls), 4, 1 (began again), gauges may fall, the same time with another value, the
// same again, an earlier time, another type: four of eleven contradict.
TEST_F(QualityOfAStream, CountsContradictions) {
  observe(kFirst, 0, 10, MetricType::kCounter, 100);
  observe(kFirst, 15, 12, MetricType::kCounter, 100);
  observe(kFirst, 30, 3, MetricType::kCounter, 100);
  observe(kFirst, 45, 4, MetricType::kCounter, 100);
  observe(kFirst, 60, 1, MetricType::kCounter, 200);
  observe(kSecond, 0, 10);
  observe(kSecond, 15, 5);
  observe(kSecond, 15, 6);
  observe(kSecond, 15, 5);
  observe(kSecond, 10, 5);
  observe(kSecond, 30, 5, MetricType::kCounter);
  const auto share = quality_.report().consistency;
  EXPECT_EQ(share.all, 11U);
  EXPECT_EQ(share.good, 7U);
}

TEST_F(QualityOfAStream, CountsWhatIsStoredInTime) {
  for (int i = 0; i < 19; ++i) store(kFirst, 15 * i, milliseconds(100));
  store(kFirst, 15 * 19, seconds(16));
  const auto report = quality_.report();
  EXPECT_EQ(report.timeliness.good, 19U);
  EXPECT_EQ(report.timeliness.all, 20U);
  // Type 7 of nineteen times 0.1 and 16 once: place 18.05 of 0 to 19.
  EXPECT_NEAR(report.delayP95->count(), 0.1 + 0.05 * 15.9, 1e-9);
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
