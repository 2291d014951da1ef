#include "metrics/pipeline/paces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/pipeline/runner.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::pipeline {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

// Readings of 15 seconds; the collector `host` has its own interval.
class CollectorWithAnInterval : public testing::Test {
 protected:
  static Plan planOf(std::chrono::milliseconds interval, std::vector<StepSettings> steps = {}) {
    Plan plan;
    plan.collectors = {{"host", "infrastructure", {SeriesMatch("node_.*")}, interval}};
    plan.steps = std::move(steps);
    return plan;
  }

  // NAME=VALUE of each sample that listeners get, `rests` for one that rests.
  std::vector<std::string> readAt(int at,
                                  const std::vector<std::string>& names = {"node_a", "other"}) {
    now_ = Time(seconds(at));
    const auto reading = std::make_shared<Snapshot>();
    for (const std::string& name : names) reading->gauge(name, "H").add(at);
    reading->time = now_;
    Snapshot processed;
    runner_.process(reading, processed);
    return shown(processed);
  }

  static std::vector<std::string> shown(const Snapshot& snapshot) {
    class Texts final : public Sink, public FamilySink {
     public:
      FamilySink& family(const FamilyHead& head) override {
        name_ = head.name;
        return *this;
      }
      void sample(double value, std::span<const Label>, const SampleExtras&) override {
        all.push_back(name_ + "=" +
                      (isResting(value) ? "rests" : std::to_string(std::lround(value))));
      }
      void histogram(const HistogramValue&, std::span<const Label>) override {}
      void summary(const SummaryValue&, std::span<const Label>) override {}
      std::vector<std::string> all;

     private:
      std::string name_;
    } texts;
    snapshot.replay(texts);
    return texts.all;
  }

  Time now_{};
  Runner runner_{planOf(seconds(30)), {.clock = [this] { return now_; }, .interval = seconds(15)}};
};

TEST_F(CollectorWithAnInterval, RestsBetweenItsTimes) {
  EXPECT_THAT(readAt(0), ElementsAre("other=0", "node_a=0"));
  EXPECT_THAT(readAt(15), ElementsAre("other=15", "node_a=rests"));
  EXPECT_THAT(readAt(30), ElementsAre("other=30", "node_a=30"));
}

// A reading may be a little early or late.
TEST_F(CollectorWithAnInterval, TakesTheReadingThatIsNearest) {
  runner_.setPlan(planOf(seconds(40)));
  readAt(0);
  EXPECT_THAT(readAt(31), ElementsAre("other=31", "node_a=rests"));
  EXPECT_THAT(readAt(46), ElementsAre("other=46", "node_a=46"));
}

// The history on disk gets one reading of 15 seconds, whichever that is.
TEST_F(CollectorWithAnInterval, IsLookedAtForAnIntervalWhileReadingsComeFaster) {
  readAt(0);
  std::vector<int> looked;
  for (int at = 15; at < 45; ++at) {
    if (readAt(at).back() != "node_a=rests") looked.push_back(at);
  }
  EXPECT_THAT(looked, ElementsAre(23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37));
}

TEST_F(CollectorWithAnInterval, LosesASeriesOnlyWhenItsTimeComes) {
  readAt(0);
  EXPECT_THAT(readAt(15, {"other"}), ElementsAre("other=15", "node_a=rests"));
  EXPECT_THAT(readAt(30, {"other"}), ElementsAre("other=30"));
  EXPECT_THAT(readAt(45, {"other"}), ElementsAre("other=45"));
}

TEST_F(CollectorWithAnInterval, RestsOnThroughAReload) {
  readAt(0);
  runner_.setPlan(planOf(seconds(30)));
  EXPECT_THAT(readAt(15), ElementsAre("other=15", "node_a=rests"));
  runner_.setPlan({});
  EXPECT_THAT(readAt(30), ElementsAre("node_a=30", "other=30"));
}

TEST_F(CollectorWithAnInterval, RestsUnderTheNamesThatProcessorsGave) {
  runner_.setPlan(
      planOf(seconds(30), {{.name = "name", .match = {SeriesMatch("node_a")}, .make = [] {
                              return makeNormalize("milliseconds", "seconds", "node_seconds");
                            }}}));
  readAt(0);
  EXPECT_THAT(readAt(15), ElementsAre("other=15", "node_seconds=rests"));
}

// 0, 30 and 60 are all that there should be of node_a: nothing is missing.
TEST_F(CollectorWithAnInterval, IsCompleteByItsOwnInterval) {
  for (const int at : {0, 15, 30, 45, 60}) readAt(at, {"node_a"});
  EXPECT_THAT(runner_.sessions(),
              testing::HasSubstr(R"("completeness":{"denominator":3,"numerator":3,"ratio":1.0})"));
}

TEST_F(CollectorWithAnInterval, RestsAHistogramAndASummaryWhole) {
  std::vector<std::vector<double>> values;
  for (const int at : {0, 15}) {
    const auto reading = std::make_shared<Snapshot>();
    const Bucket buckets[] = {{1, 1}};
    const Quantile quantiles[] = {{0.5, 7}};
    reading->histogram("node_h", "H").add({.buckets = buckets, .count = 2, .sum = 3});
    reading->summary("node_s", "S").add({.quantiles = quantiles, .count = 2, .sum = 14});
    reading->time = now_ = Time(seconds(at));
    Snapshot processed;
    runner_.process(reading, processed);
    processed.appendValues(values.emplace_back());
  }
  EXPECT_THAT(values[0], ElementsAre(1, 2, 3, 2, 7, 14, 2));
  ASSERT_EQ(values[1].size(), 7U);
  EXPECT_TRUE(std::ranges::all_of(values[1], isResting));
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
