#include "metrics/exposition/text_parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "metrics/base/errors.h"

namespace orchestrator_exporter {

// The families of a text, one line for each sample, to compare with.
std::string parsed(std::string_view text) {
  std::string out;
  const auto number = [](double value) {
    return std::isnan(value) ? std::string("NaN") : (std::ostringstream() << value).str();
  };
  const ParsedText result = parseText("t", text);
  for (const ParsedFamily& family : result.families()) {
    for (const ParsedSample& sample : family.samples) {
      out += family.name;
      for (const Label& label : sample.labels) {
        out.append(" ").append(label.name).append("=").append(label.value);
      }
      if (family.type == MetricType::kHistogram || family.type == MetricType::kSummary) {
        for (const Bucket& bucket : sample.distribution.buckets) {
          out += " <=" + number(bucket.upperBound) + ":" + std::to_string(bucket.cumulativeCount);
        }
        for (const Quantile& quantile : sample.distribution.quantiles) {
          out += " q" + number(quantile.quantile) + ":" + number(quantile.value);
        }
        out += " count " + std::to_string(sample.distribution.count) + " sum " +
               number(sample.distribution.sum) + "\n";
      } else {
        out += " " + number(sample.value) + "\n";
      }
    }
  }
  return out;
}

std::string faultOf(std::string_view text) {
  try {
    parseText("t", text);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "no fault";
}

ParsedFamily onlyFamily(std::string_view text) {
  const ParsedText result = parseText("t", text);
  EXPECT_EQ(result.families().size(), 1u);
  return result.families().at(0);
}

TEST(TextParser, ReadsTypesHelpAndSamples) {
  const std::string_view text =
      "# HELP a_total Things\\\\done\\n\\\"so\\\" far.\n# TYPE a_total counter\n"
      "a_total{y=\"2\",x=\"1\"} 4\na_total 5\n";
  const ParsedText result = parseText("t", text);
  ASSERT_EQ(result.families().size(), 1u);
  const ParsedFamily& family = result.families()[0];
  EXPECT_EQ(family.name, "a_total");
  EXPECT_EQ(family.help, "Things\\done\n\"so\" far.");
  EXPECT_EQ(family.type, MetricType::kCounter);
  EXPECT_FALSE(result.firstTimestampLine());
  EXPECT_EQ(parsed(text), "a_total x=1 y=2 4\na_total 5\n");
}

TEST(TextParser, TakesEveryTypeInAnyCase) {
  EXPECT_EQ(onlyFamily("# TYPE a GaUgE\na 1\n").type, MetricType::kGauge);
  EXPECT_EQ(onlyFamily("# TYPE a COUNTER\na 1\n").type, MetricType::kCounter);
  EXPECT_EQ(onlyFamily("# TYPE a untyped\na 1\n").type, MetricType::kUntyped);
  EXPECT_EQ(onlyFamily("# TYPE a Summary\na_sum 1\n").type, MetricType::kSummary);
  EXPECT_EQ(onlyFamily("# TYPE a histogram\na_sum 1\n").type, MetricType::kHistogram);
  EXPECT_EQ(onlyFamily("# TYPE a\na 1\n").type, MetricType::kUntyped);
  EXPECT_EQ(onlyFamily("a 1\n").type, MetricType::kUntyped);
}

TEST(TextParser, LeavesOutFamiliesWithoutSamples) {
  EXPECT_EQ(parsed("# HELP a text\n# TYPE a gauge\n"), "");
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed("\n \n\t\n  "), "");
}

TEST(TextParser, IsGenerousWithBlanksAndComments) {
  EXPECT_EQ(parsed("#\n##\n# anything\r\n# HELP\n# TYPE \n  a { x = \"1\" ,\ty=\"2\" , }\t1\n"),
            "a x=1 y=2 1\n");
  EXPECT_EQ(onlyFamily("\t#\tHELP\ta \tb c \na 1\n").help, "b c ");
  EXPECT_EQ(parsed("a{}1\nb{x=\"1\"}2\n"), "a 1\nb x=1 2\n");
}

TEST(TextParser, TakesHelpAfterTheSampleButOnlyOnce) {
  EXPECT_EQ(onlyFamily("a 1\n# HELP a late\n").help, "late");
  EXPECT_EQ(onlyFamily("# HELP a\n# HELP a text\na 1\n").help, "text");
  EXPECT_EQ(faultOf("# HELP a x\n# HELP a x\n"),
            "t:2: expected one HELP line for each family, got 'x'");
}

TEST(TextParser, UndoesTheEscapesOfLabelValues) {
  EXPECT_EQ(parsed("a{x=\"1\\\\2\\\"3\\n4}{\\\\\",y=\"ü\t\r\"} 1\n"),
            "a x=1\\2\"3\n4}{\\ y=ü\t\r 1\n");
  EXPECT_EQ(faultOf("a{x=\"\\t\"} 1\n"),
            "t:1: expected one of \\\\, \\\" and \\n after a backslash, got '\\t'");
  EXPECT_EQ(faultOf("# HELP a b\\"), "t:1: expected a line end, got '# HELP a b\\'");
  EXPECT_NE(faultOf("# HELP a b\\\na 1\n"), "no fault");
  EXPECT_NE(faultOf("# HELP a \\t\na 1\n"), "no fault");
}

TEST(TextParser, TakesQuotedNamesThatNeedNoQuotes) {
  EXPECT_EQ(parsed("{\"a\",x=\"1\"} 1\n{y=\"2\",\"a\",} 2\n\"b\" 3\nb{\"x\"=\"4\"} 4\n"
                   "# TYPE \"c\" gauge\n{ \"c\" }5\n"),
            "a x=1 1\na y=2 2\nb 3\nb x=4 4\nc 5\n");
  EXPECT_EQ(faultOf("{\"a.b\"} 1\n"), "t:1: expected a label, got '\"a.b\"} 1'");
  EXPECT_EQ(faultOf("{x=\"1\"} 1\n"), "t:1: expected a metric name, got '{x=\"1\"} 1'");
  for (const char* line : {"{} 1\n", "{\"\"} 1\n", "{\"a\",\"b\"} 1\n", "a{\"b\"} 1\n", "{\"a\"",
                           "{\"a\n\"} 1\n", "a{\"x.y\"=\"1\"} 1\n", "{\"a", "{\"a\\\"b\"} 1\n",
                           "# TYPE \"a.b\" gauge\n", "# HELP \"a\"x\n"}) {
    EXPECT_NE(faultOf(line), "no fault") << line;
  }
}

TEST(TextParser, ReadsNumbersAsPrometheusWritesThem) {
  for (const char* word : {"+Inf", "Inf", "inf", "infinity", "+INFINITY"}) {
    EXPECT_EQ(parsed("a " + std::string(word) + "\n"), "a inf\n") << word;
  }
  EXPECT_EQ(parsed("a -iNf\n"), "a -inf\n");
  for (const char* word : {"nan", "NaN", "NAN"}) {
    EXPECT_EQ(parsed("a " + std::string(word) + "\n"), "a NaN\n") << word;
  }
  EXPECT_EQ(parsed("a +1\na -1.5\na .5\na 5.\na 1E3\na 1e-400\na 010\n"),
            "a 1\na -1.5\na 0.5\na 5\na 1000\na 0\na 10\n");
  EXPECT_EQ(faultOf("a abc\n"), "t:1: expected a number, got 'abc'");
  for (const char* word : {"",      ".",     "1e",   "1e+",    "1e400", "-1e400", "0x10", "0x1p4",
                           "1_000", "+NaN",  "-nan", "nan(1)", "0b1",   "1f",     "1,5",  "--1",
                           "+-1",   "1e1.5", "infi", "1i",     "#1",    "}",      "1\r"}) {
    EXPECT_NE(faultOf("a " + std::string(word) + "\n"), "no fault") << word;
  }
}

TEST(TextParser, RefusesALastLineWithoutALineEnd) {
  EXPECT_EQ(faultOf("a 1\nb 2"), "t:2: expected a line end, got 'b 2'");
  EXPECT_EQ(faultOf("a 1\n#"), "t:2: expected a line end, got '#'");
}

TEST(TextParser, RefusesNamesOutsideTheRules) {
  EXPECT_EQ(faultOf("1a 1\n"), "t:1: expected a metric name, got '1a 1'");
  EXPECT_EQ(faultOf("a.b 1\n"), "t:1: expected a number, got '.b'");
  EXPECT_EQ(faultOf("\r\na 1\n"), "t:1: expected a metric name, got '\\x0d'");
  EXPECT_EQ(faultOf("\xEF\xBB\xBF"
                    "a 1\n"),
            "t:1: expected a metric name, got '\\xef\\xbb\\xbfa 1'");
  EXPECT_EQ(faultOf("# HELP a-b text\n"), "t:1: expected a blank after the name, got '-b text'");
  EXPECT_EQ(faultOf("a{1x=\"1\"} 1\n"), "t:1: expected a label name, got '1x=\"1\"} 1'");
  EXPECT_EQ(faultOf("a{x:y=\"1\"} 1\n"), "t:1: expected a label name, got 'x:y=\"1\"} 1'");
  EXPECT_EQ(faultOf("a{__name__=\"1\"} 1\n"),
            "t:1: expected a label name, got '__name__=\"1\"} 1'");
  EXPECT_EQ(faultOf("a{x=\"1\",x=\"2\"} 1\n"), "t:1: expected each label once, got 'x'");
}

TEST(TextParser, RefusesBrokenLabels) {
  EXPECT_EQ(faultOf("a{x=\"1} 1\n"), "t:1: expected a closing quote, got '\"1} 1'");
  EXPECT_EQ(faultOf("a{x=\"1\" y=\"2\"} 1\n"),
            "t:1: expected a comma or a closing brace, got 'y=\"2\"} 1'");
  EXPECT_EQ(faultOf("a{x='1'} 1\n"), "t:1: expected a quoted label value, got ''1'} 1'");
  EXPECT_EQ(faultOf("a{x=\"\xFF\"} 1\n"), "t:1: expected UTF-8 as label value, got '\\xff'");
  for (const char* line : {"a{x=\"1\" 1\n", "a{,} 1\n", "a{x=\"1\",,} 1\n", "a{x} 1\n", "a{x=} 1\n",
                           "a{\n", "a{x\n", "a{x=\n", "a{x=\"\n", "a{x=\"\\\n", "a{x=\"1\"\n",
                           "a{x=\"1\"}\n", "a} 1\n", "a{x=\"\xED\xA0\x80\"} 1\n"}) {
    EXPECT_NE(faultOf(line), "no fault") << line;
  }
}

TEST(TextParser, RefusesTypesThatComeLateTwiceOrAreUnknown) {
  EXPECT_EQ(faultOf("a 1\n# TYPE a gauge\n"),
            "t:2: expected one TYPE line, before all samples, got 'gauge'");
  EXPECT_EQ(faultOf("# TYPE a gauge\n# TYPE a gauge\n"),
            "t:2: expected one TYPE line, before all samples, got 'gauge'");
  for (const char* word : {"unknown", "info", "gauge ", "gauge foo", "gauge\r", "gaugehistogram",
                           "gauge_histogram", "stateset"}) {
    EXPECT_NE(faultOf("# TYPE a " + std::string(word) + "\na 1\n"), "no fault") << word;
  }
}

TEST(TextParser, TellsOfTimestamps) {
  EXPECT_EQ(parseText("t", "a 1\nb 1 -1600000000000\nc 1 +5\n").firstTimestampLine(), 2u);
  EXPECT_EQ(faultOf("a 1 1.5\n"), "t:1: expected a whole number as timestamp, got '1.5'");
  EXPECT_EQ(faultOf("a 1 \n"), "t:1: expected a whole number as timestamp, got ''");
  EXPECT_EQ(faultOf("a 1 5 6\n"), "t:1: expected nothing after the timestamp, got ' 6'");
  EXPECT_EQ(faultOf("a 1 9223372036854775808\n"),
            "t:1: expected a whole number as timestamp, got '9223372036854775808'");
  EXPECT_EQ(faultOf("a 1 # {x=\"1\"} 2\n"), "t:1: expected a whole number as timestamp, got '#'");
}

TEST(TextParser, GathersTheLinesOfAHistogram) {
  EXPECT_EQ(parsed("# TYPE h histogram\n"
                   "h_bucket{le=\"+Inf\",a=\"1\"} 5\nh_bucket{a=\"1\",le=\"0.5\"} 3\n"
                   "h_bucket{a=\"2\",le=\"1\"} 4\nh_sum{a=\"1\"} -7.5\nh_count{a=\"1\"} 5\n"
                   "h_count{a=\"2\"} 4.9\n"),
            "h a=1 <=0.5:3 <=inf:5 count 5 sum -7.5\nh a=2 <=1:4 count 4 sum 0\n");
}

TEST(TextParser, KeepsTheLastOfSeveralBucketsWithOneBound) {
  EXPECT_EQ(parsed("# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"1.0\"} 4\n"
                   "h_bucket{le=\"7\",le=\"2\"} 5\nh_bucket{le=\"NaN\"} 6\nh_count 1\nh_count 2\n"),
            "h <=1:4 <=2:5 count 2 sum 0\n");
}

TEST(TextParser, TakesLinesOfAHistogramThatTellNothing) {
  EXPECT_EQ(parsed("# TYPE h histogram\nh 3\n"), "h count 0 sum 0\n");
  EXPECT_EQ(parsed("# TYPE h histogram\nh{le=\"1\"} 3\nh_count{le=\"1\"} 4\n"),
            "h <=1:3 count 4 sum 0\n");
}

TEST(TextParser, RefusesWhatIsNoBucket) {
  EXPECT_EQ(faultOf("# TYPE h histogram\nh_bucket{le=\"abc\"} 3\n"),
            "t:2: expected a number as le, got 'abc'");
  EXPECT_EQ(faultOf("# TYPE h histogram\nh_bucket{le=\"1\"} -3\n"),
            "t:2: expected a count, got 'h_bucket{le=\"1\"} -3'");
  EXPECT_NE(faultOf("# TYPE h histogram\nh_count 18446744073709551616\n"), "no fault");
  EXPECT_NE(faultOf("# TYPE h histogram\nh_count NaN\n"), "no fault");
  EXPECT_NE(faultOf("# TYPE h histogram\n# TYPE h_sum gauge\n"), "no fault");
}

TEST(TextParser, GathersTheLinesOfASummary) {
  EXPECT_EQ(parsed("# TYPE s summary\ns{quantile=\"0.9\"} 5\ns{quantile=\"0.5\"} NaN\n"
                   "s_sum 7.5\ns_count 5\ns_bucket{le=\"1\"} 2\n"),
            "s q0.5:NaN q0.9:5 count 5 sum 7.5\ns_bucket le=1 2\n");
  EXPECT_EQ(faultOf("# TYPE s summary\ns{quantile=\"x\"} 5\n"),
            "t:2: expected a number as quantile, got 'x'");
}

TEST(TextParser, LeavesNamesToTheFamilyThatCameFirst) {
  EXPECT_EQ(parsed("h_count 1\n# TYPE h histogram\nh_count 2\nh_sum 3\n_count 4\n"),
            "h_count 1\nh_count 2\nh count 0 sum 3\n_count 4\n");
  EXPECT_EQ(parsed("# TYPE g gauge\ng{le=\"x\",quantile=\"y\"} 1\ng_count 2\n"),
            "g le=x quantile=y 1\ng_count 2\n");
}

TEST(TextParser, ReadsManySeriesOfOneHistogramInLinearTime) {
  std::string text = "# TYPE h histogram\n";
  for (const char* line : {"h_count", "h_sum"}) {
    for (int i = 0; i < 20'000; ++i) text += line + ("{a=\"" + std::to_string(i)) + "\"} 1\n";
  }
  EXPECT_EQ(parseText("t", text).families().at(0).samples.size(), 20'000u);
}

}  // namespace orchestrator_exporter
