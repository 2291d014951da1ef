#include "metrics/history/exemplars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metrics/history.h"

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Exemplars of readings, the first of which is made at 1000 seconds.
class ExemplarsOf : public testing::Test {
 protected:
  // A reading with a counter whose last increment has an example.
  void read(const std::string& trace, double value, double seconds = 0) {
    const Label labels[] = {{"trace_id", trace}};
    const Exemplar exemplar{labels, value, seconds};
    take([&](Sink& out) {
      out.counter("c_total", "C.").add(7, std::span<const Label>(), {.exemplar = &exemplar});
    });
  }
  void take(const std::function<void(Sink&)>& give) {
    Snapshot reading;
    reading.time = std::chrono::system_clock::time_point(std::chrono::seconds(now_));
    now_ += 15;
    give(reading);
    exemplars_.take(reading);
  }
  // As `NAME LE TRACE VALUE@SECONDS`.
  std::vector<std::string> found(std::string_view name = "c_total", std::int64_t from = 0,
                                 std::int64_t until = 1'000'000) const {
    const std::vector<std::vector<LabelMatcher>> any = {
        {LabelMatcher("__name__", LabelMatcher::Operator::kEqual, std::string(name)),
         LabelMatcher("job", LabelMatcher::Operator::kEqual, "j")}};
    std::vector<std::string> texts;
    for (const auto& [series, exemplars] : exemplars_.select(any, from * 1000, until * 1000)) {
      for (const Exemplars::One& one : exemplars) {
        texts.push_back(std::string(series.get("__name__")) + " " + std::string(series.get("le")) +
                        " " + std::string(one.labels.get("trace_id")) + " " +
                        std::to_string(static_cast<int>(one.value)) + "@" +
                        std::to_string(one.time / 1000));
      }
    }
    return texts;
  }

  Exemplars exemplars_{{{"job", "j"}}, 3};

 private:
  int now_ = 1000;
};

}  // namespace

TEST_F(ExemplarsOf, AreKeptOnceWithTheSeriesThatTheyBelongTo) {
  read("a", 1, 990);
  read("a", 1, 990);
  read("b", 2, 1010);
  EXPECT_THAT(found(), ElementsAre("c_total  a 1@990", "c_total  b 2@1010"));
  EXPECT_THAT(found("d_total"), IsEmpty());
}

TEST_F(ExemplarsOf, HaveTheTimeOfTheirReadingIfTheyComeWithout) {
  read("a", 1);
  read("a", 1);
  EXPECT_THAT(found(), ElementsAre("c_total  a 1@1000"));
}

TEST_F(ExemplarsOf, AreChosenByTheirTimes) {
  read("a", 1, 990);
  read("b", 2, 1010);
  EXPECT_THAT(found("c_total", 1000, 1010), ElementsAre("c_total  b 2@1010"));
  EXPECT_THAT(found("c_total", 980, 1000), ElementsAre("c_total  a 1@990"));
}

TEST_F(ExemplarsOf, BelongToTheBucketsOfHistograms) {
  const Label labels[] = {{"trace_id", "t"}};
  const Exemplar low{labels, 1, 990};
  const Exemplar high{labels, 9, 991};
  const Bucket buckets[] = {{1, 1, &low}, {5, 1}, {INFINITY, 2, &high}};
  take([&](Sink& out) {
    out.histogram("h", "H.").add({.buckets = buckets, .count = 2, .sum = 10});
  });
  EXPECT_THAT(found("h_bucket"), ElementsAre("h_bucket +Inf t 9@991", "h_bucket 1.0 t 1@990"));
}

TEST_F(ExemplarsOf, MakeRoomForNewerOnes) {
  for (const char* trace : {"a", "b", "c", "d"}) read(trace, 1);
  EXPECT_THAT(found(), ElementsAre("c_total  b 1@1015", "c_total  c 1@1030", "c_total  d 1@1045"));
}

TEST_F(ExemplarsOf, LeaveOutWhatIsOlderOrTooLong) {
  read("a", 1, 990);
  read("b", 2, 980);
  read(std::string(128, 'x'), 3, 1000);
  read("\xff", 4, 1000);
  EXPECT_THAT(found(), ElementsAre("c_total  a 1@990"));
}

}  // namespace orchestrator_exporter::history
