#include "http/endpoints/negotiation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace orchestrator_exporter::http {
namespace {

constexpr char kProtobuf[] =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

struct Case {
  std::optional<std::string> accept;
  Format format;
  Escaping escaping = Escaping::kUnderscores;
};

void expectAll(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    const ExpositionOptions chosen = negotiate(test.accept);
    EXPECT_EQ(chosen.format, test.format) << test.accept.value_or("no Accept");
    EXPECT_EQ(chosen.escaping, test.escaping) << test.accept.value_or("no Accept");
    EXPECT_FALSE(chosen.openMetricsCreated);
    EXPECT_FALSE(chosen.nativeHistograms);
  }
}

TEST(Negotiation, KnowsTheFiveFormats) {
  expectAll({
      {"text/plain;version=0.0.4", Format::kText004},
      {"text/plain;version=1.0.0", Format::kText100},
      {"application/openmetrics-text;version=0.0.1", Format::kOpenMetrics001},
      {"application/openmetrics-text;version=1.0.0", Format::kOpenMetrics100},
      {kProtobuf, Format::kProtobuf},
  });
}

TEST(Negotiation, ServesEveryPrometheus) {
  const std::string proto(kProtobuf);
  expectAll({
      // 2.42, without and with native histograms
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
       "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::kOpenMetrics100},
      {proto + ",application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5",
       Format::kProtobuf},
      // 2.49.0: the wildcard has the greatest weight
      {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=2",
       Format::kText004},
      // 3.0 to 3.3: escaping on every range, twice on one
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
       "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,*/*;q=0.2",
       Format::kOpenMetrics100, Escaping::kAllowUtf8},
      // 3.x protobuf first
      {proto + ";q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5",
       Format::kProtobuf},
      // VictoriaMetrics
      {"text/plain;version=0.0.4;q=1,*/*;q=0.1", Format::kText004},
  });
}

TEST(Negotiation, FallsBackToText004) {
  expectAll({
      {std::nullopt, Format::kText004},
      {"", Format::kText004},
      {"*/*", Format::kText004},
      {"text/*", Format::kText004},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::kText004},
      {"application/json", Format::kText004},
      {"*/*;q=0", Format::kText004},
      {"text/plain;version=0.0.4;q=0", Format::kText004},
      {";;;q=,/,,text", Format::kText004},
      {"\"\\", Format::kText004},
      {std::string("a\0b", 3), Format::kText004},
  });
}

TEST(Negotiation, TakesTheVersionOfTheReferenceLibraryWhereNoneIsGiven) {
  expectAll({
      {"text/plain", Format::kText004},
      {"application/openmetrics-text", Format::kOpenMetrics001},
      {"application/openmetrics-text;version=2.0.0", Format::kText004},
      {"application/openmetrics-text;version=2.0.0,text/plain;version=1.0.0;q=0.1",
       Format::kText100},
  });
}

TEST(Negotiation, OrdersByWeightThenByPlace) {
  expectAll({
      {"text/plain;version=0.0.4;q=0.3,application/openmetrics-text;version=1.0.0;q=0.9",
       Format::kOpenMetrics100},
      {"text/plain;version=1.0.0,application/openmetrics-text;version=1.0.0", Format::kText100},
      {"application/openmetrics-text;version=1.0.0,*/*", Format::kOpenMetrics100},
      {"*/*,application/openmetrics-text;version=1.0.0", Format::kText004},
  });
}

TEST(Negotiation, NeverGivesWhatHasWeightZeroIfThereIsAnotherWay) {
  expectAll({
      {"application/openmetrics-text;version=1.0.0;q=0,text/plain;version=0.0.4;q=0.5",
       Format::kText004},
      {"text/plain;version=0.0.4;q=0,*/*", Format::kText100},
      {"text/plain;version=0.0.4;q=0.0,text/plain;version=1.0.0;q=0,*/*", Format::kOpenMetrics100},
      {"text/plain;q=0,text/plain;version=1.0.0;q=0,text/*,application/openmetrics-text;q=0.1",
       Format::kOpenMetrics001},
      {"application/openmetrics-text;version=1.0.0,*/*;q=0", Format::kOpenMetrics100},
  });
}

TEST(Negotiation, ClampsWeightsAndLeavesOutWhatIsNone) {
  expectAll({
      {"text/plain;version=1.0.0;q=7,application/openmetrics-text;version=1.0.0", Format::kText100},
      {"text/plain;version=1.0.0;q=-1,application/openmetrics-text;version=1.0.0;q=0.001",
       Format::kOpenMetrics100},
      {"text/plain;version=1.0.0;q=high,application/openmetrics-text;version=1.0.0;q=0.1",
       Format::kOpenMetrics100},
      {"text/plain;version=1.0.0;q=nan,application/openmetrics-text;version=1.0.0;q=0.1",
       Format::kOpenMetrics100},
  });
}

TEST(Negotiation, ReadsSpacesCaseAndQuotes) {
  expectAll({
      {"Text/Plain; Version=0.0.4 ; Q=0.5 , */* ; q=0.1", Format::kText004},
      {"APPLICATION/OpenMetrics-Text\t;\tVERSION=\"1.0.0\"", Format::kOpenMetrics100},
      {"text/plain;note=\"a,b;c\\\"\";version=1.0.0", Format::kText100},
      {"text/plain;version=1.0.0;unknown;x=y;;q=1", Format::kText100},
  });
}

TEST(Negotiation, TakesTheEscapingOfTheFormatsThatHaveOne) {
  expectAll({
      {"text/plain;version=1.0.0;escaping=allow-utf-8", Format::kText100, Escaping::kAllowUtf8},
      {"application/openmetrics-text;version=1.0.0;escaping=dots", Format::kOpenMetrics100,
       Escaping::kDots},
      {"application/openmetrics-text;version=1.0.0;escaping=values", Format::kOpenMetrics100,
       Escaping::kValues},
      {"application/openmetrics-text;version=1.0.0;escaping=nonsense", Format::kOpenMetrics100},
      {"application/openmetrics-text;version=0.0.1;escaping=allow-utf-8", Format::kOpenMetrics001},
      {"text/plain;version=0.0.4;escaping=allow-utf-8", Format::kText004},
  });
}

TEST(Negotiation, TakesOnlyDelimitedMetricFamiliesForProtobuf) {
  expectAll({
      {"application/vnd.google.protobuf", Format::kText004},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
       Format::kText004},
      {"application/vnd.google.protobuf;proto=other;encoding=delimited", Format::kText004},
  });
}

}  // namespace
}  // namespace orchestrator_exporter::http
