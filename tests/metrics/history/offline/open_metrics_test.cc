#include "metrics/history/offline/open_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <sstream>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::history {

namespace {

// All samples of a text, and the families it describes.
struct Read {
  std::string samples;
  std::string families;
};

Read read(const std::string& text) {
  Read read;
  std::istringstream in(text);
  readOpenMetrics(
      in, "f.om",
      [&](SeriesBatch batch) {
        for (const WrittenSeries& series : batch) {
          for (const Label& label : series.labels) {
            read.samples.append(label.name).append("=").append(label.value).append(" ");
          }
          for (const TimedSample& sample : series.samples) {
            read.samples += std::to_string(sample.time) + ":" + std::to_string(sample.value) + " ";
          }
        }
      },
      [&](const MetricMetadata& family) { read.families += family.family + ":" + family.help; });
  return read;
}

std::string fault(const std::string& text) {
  try {
    read(text);
    return "";
  } catch (const ParseError& error) {
    return error.what();
  }
}

}  // namespace

TEST(OpenMetrics, ReadsSamplesOfEachSeriesTogether) {
  const Read text = read(
      "# TYPE a counter\n# HELP a What it is.\n"
      "a_total{y=\"1\",x=\"a\\\"b\"} 1 1700000000\n"
      "a_total{x=\"a\\\"b\",y=\"1\"} 2 1700000000.25 # {trace=\"t\"} 1\n"
      "b 3 1700000001\n# EOF\n");
  EXPECT_EQ(text.samples,
            "__name__=a_total x=a\"b y=1 1700000000000:1.000000 1700000000250:2.000000 "
            "__name__=b 1700000001000:3.000000 ");
  EXPECT_EQ(text.families, "a:What it is.");
}

TEST(OpenMetrics, TellsTheLineOfWhatMakesNoSense) {
  EXPECT_EQ(fault("a 1\n# EOF\n"), "f.om:1: expected a timestamp behind the value");
  EXPECT_EQ(fault("a 1 5\na x 6\n# EOF\n"), "f.om:2: expected a value, got 'x'");
  EXPECT_EQ(fault("a 1 never\n# EOF\n"), "f.om:1: expected a timestamp, got 'never'");
  EXPECT_EQ(fault("a{b=\"c\",b=\"d\"} 1 5\n# EOF\n"), "f.om:1: expected each label once, got 'b'");
  EXPECT_EQ(fault("a 1 5\n"), "f.om:1: expected # EOF at the end");
  EXPECT_EQ(fault("# EOF\na 1 5\n"), "f.om:2: expected nothing behind # EOF");
  EXPECT_EQ(fault("# TYPE a whatever\n# EOF\n"),
            "f.om:1: expected a type of OpenMetrics, got 'whatever'");
}

TEST(OpenMetrics, WritesWhatItReads) {
  std::string text = openMetricsHead("a_total");
  appendOpenMetrics({{"__name__", "a_total"}, {"x", "a\"b\\\n"}},
                    {{1'700'000'000'000, 1'700'000'000'250}, {1, 0.1}}, text);
  text += openMetricsHead("b");
  appendOpenMetrics({{"__name__", "b"}}, {{5}, {2}}, text);
  EXPECT_EQ(text,
            "# TYPE a counter\n"
            "a_total{x=\"a\\\"b\\\\\\n\"} 1 1700000000\n"
            "a_total{x=\"a\\\"b\\\\\\n\"} 0.1 1700000000.25\n"
            "# TYPE b unknown\nb 2 0.005\n");
  EXPECT_EQ(fault(text + "# EOF\n"), "");
}

TEST(OpenMetrics, LeavesStalenessMarkersOut) {
  std::string text;
  appendOpenMetrics({{"__name__", "b"}}, {{5, 6}, {std::bit_cast<double>(kStaleBits), 2}}, text);
  EXPECT_EQ(text, "b 2 0.006\n");
}

TEST(OpenMetrics, QuotesNamesOutsideTheClassicForm) {
  std::string text = openMetricsHead("a.b");
  appendOpenMetrics({{"__name__", "a.b"}, {"c d", "e"}}, {{1000}, {2}}, text);
  EXPECT_EQ(text, "# TYPE \"a.b\" unknown\n{\"a.b\",\"c d\"=\"e\"} 2 1\n");
}

TEST(OpenMetrics, ReadsTheNamesThatItQuotes) {
  const LabelSet labels = {{"__name__", "a.b \"c\"\\"}, {"d é\n", "e"}};
  std::string text = openMetricsHead(labels.get("__name__"));
  appendOpenMetrics(labels, {{1000}, {2}}, text);
  EXPECT_EQ(read(text + "# EOF\n").samples, "__name__=a.b \"c\"\\ d é\n=e 1000:2.000000 ");
}

TEST(OpenMetrics, RefusesQuotedNamesThatAreEmptyOrNoText) {
  EXPECT_EQ(fault("{\"\"} 1 5\n# EOF\n"), "f.om:1: expected a label, got '\"\"} 1 5'");
  EXPECT_EQ(fault("{\"a\",\"\"=\"b\"} 1 5\n# EOF\n"),
            "f.om:1: expected a label name, got '\"\"=\"b\"} 1 5'");
  EXPECT_NE(fault("{\"a\xff\"} 1 5\n# EOF\n").find("expected UTF-8 as name"), std::string::npos);
}

}  // namespace orchestrator_exporter::history
