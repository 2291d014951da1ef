#include "metrics/history/series_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "metrics/history/families.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;

std::string textOf(std::span<const Label> labels) {
  std::string text;
  for (const Label& label : labels) {
    text.append(text.empty() ? "" : " ").append(label.name).append("=").append(label.value);
  }
  return text.empty() ? "left out" : text;
}

std::vector<std::string> namesOf(const Snapshot& samples, const LabelSet& external = {}) {
  std::vector<std::string> names;
  SeriesNames sink(external, namelessAmong(familiesOf(samples)),
                   [&](std::span<const Label> labels) { names.push_back(textOf(labels)); });
  samples.replay(sink);
  return names;
}

std::size_t valuesOf(const Snapshot& samples) {
  std::vector<double> values;
  samples.appendValues(values);
  return values.size();
}

}  // namespace

TEST(SeriesNames, AreSortedLabelsWithTheNameAndWhatIsGivenFromOutside) {
  Snapshot samples;
  samples.counter("c_total", "C.").add(1, {{"z", "1"}, {"a", "2"}});
  EXPECT_THAT(namesOf(samples, {{"job", "j"}, {"instance", "i"}}),
              ElementsAre("__name__=c_total a=2 instance=i job=j z=1"));
}

TEST(SeriesNames, HaveBoundsAndQuantilesWithAPoint) {
  Snapshot samples;
  const Bucket buckets[] = {{0.5, 1}, {10, 2}, {1e6, 2}};
  const Quantile quantiles[] = {{0, 1}, {0.99, 1}};
  samples.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4}, {{"x", "1"}});
  samples.summary("s", "S.").add({.quantiles = quantiles, .count = 3, .sum = 4});
  EXPECT_THAT(namesOf(samples),
              ElementsAre("__name__=h_bucket le=0.5 x=1", "__name__=h_bucket le=10.0 x=1",
                          "__name__=h_bucket le=1e+06 x=1", "__name__=h_bucket le=+Inf x=1",
                          "__name__=h_sum x=1", "__name__=h_count x=1", "__name__=s quantile=0.0",
                          "__name__=s quantile=0.99", "__name__=s_sum", "__name__=s_count"));
}

TEST(SeriesNames, MakeRoomForLabelsFromOutside) {
  Snapshot samples;
  samples.gauge("g", "G.").add(1, {{"job", "own"}, {"exported_job", "other"}});
  samples.gauge("g", "G.").add(1, {{"job", ""}});
  EXPECT_THAT(namesOf(samples, {{"job", "j"}}),
              ElementsAre("__name__=g exported_exported_job=own exported_job=other job=j",
                          "__name__=g job=j"));
}

TEST(SeriesNames, HaveNoEmptyValues) {
  Snapshot samples;
  samples.gauge("g", "G.").add(1, {{"a", ""}, {"b", "1"}});
  EXPECT_THAT(namesOf(samples), ElementsAre("__name__=g b=1"));
}

TEST(SeriesNames, AreThoseOfPreparedTextToo) {
  Snapshot samples;
  samples.uniqueFamily({"p", "P.", MetricType::kGauge})
      .preparedSample(1, "{a=\"x\\\"y\\n\",b=\"2\"}", {});
  EXPECT_THAT(namesOf(samples), ElementsAre("__name__=p a=x\"y\n b=2"));
}

TEST(SeriesNames, AreUtf8) {
  Snapshot samples;
  samples.gauge("g", "G.").add(1, {{"a", "\xff"}});
  EXPECT_THAT(namesOf(samples), ElementsAre("__name__=g a=\xef\xbf\xbd"));
}

TEST(SeriesNames, AreLeftOutWhereABodyOfTextLeavesThemOut) {
  Snapshot samples;
  samples.gauge("g", "G.").add(1, {{"a", "1"}, {"a", "2"}});
  samples.gauge("g", "G.").add(1, {{"", "1"}});
  samples.gauge("\xff", "No name.").add(1);
  samples.counter("g", "Another type.").add(1);
  samples.family({"h", "H.", MetricType::kHistogram}).sample(1, {}, {});
  samples.gauge("k", "K.").sink().histogram({}, {});
  const Bucket falling[] = {{2, 1}, {1, 2}};
  samples.histogram("f", "F.").add({.buckets = falling});
  const Bucket one[] = {{1, 1}};
  samples.histogram("l", "L.").add({.buckets = one}, {{"le", "2"}});
  std::vector<std::string> expected(5 + 3 + 5, "left out");
  expected.insert(expected.end(),
                  {"left out", "left out", "__name__=l_sum le=2", "__name__=l_count le=2"});
  EXPECT_EQ(namesOf(samples), expected);
}

TEST(SeriesNames, AreLeftOutForFamiliesWhoseNamesOthersTake) {
  Snapshot samples;
  samples.gauge("h_sum", "A sum.").add(1);
  samples.histogram("h", "H.").add({.count = 1, .sum = 2});
  samples.summary("h_count", "A summary.").add({});
  EXPECT_THAT(namesOf(samples),
              ElementsAre("left out", "__name__=h_bucket le=+Inf", "__name__=h_sum",
                          "__name__=h_count", "left out", "left out"));
}

// The head gives the values of a reading to series by their places alone.
TEST(SeriesNames, AreAsManyAsTheValues) {
  Snapshot samples;
  const Bucket whole[] = {{1, 1}, {INFINITY, 2}};
  const Bucket unbounded[] = {{NAN, 1}, {1, 2}};
  const Quantile quantiles[] = {{0.5, 1}};
  samples.histogram("h", "H.").add({.buckets = whole});
  samples.histogram("n", "N.").add({.buckets = unbounded});
  samples.histogram("e", "E.").add({});
  samples.summary("s", "S.").add({.quantiles = quantiles});
  samples.summary("s", "S.").add({.quantiles = quantiles}, {{"a", "1"}, {"a", "1"}});
  samples.gauge("k", "K.").sink().summary({.quantiles = quantiles}, {});
  samples.gauge("k", "K.").sink().histogram({.buckets = whole}, {});
  EXPECT_EQ(namesOf(samples).size(), valuesOf(samples));
}

}  // namespace orchestrator_exporter::history
