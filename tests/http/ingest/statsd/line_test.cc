#include "http/ingest/statsd/line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace orchestrator_exporter::http::statsd {

bool operator==(const Tag& a, const Tag& b) { return a.name == b.name && a.value == b.value; }

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StatsdLine : public testing::Test {
 protected:
  const Line& parse(std::string_view text) { return parser_.parse(text); }
  std::vector<double> values(std::string_view text) {
    std::vector<double> values;
    for (const Sample& sample : parse(text).samples) values.push_back(sample.value);
    return values;
  }
  // The names of what is wrong with a line.
  std::vector<std::string_view> errors(std::string_view text) {
    std::vector<std::string_view> names;
    const Line& line = parse(text);
    for (std::size_t i = 0; i < kSampleErrors; ++i) {
      for (std::uint32_t n = 0; n < line.errors[i]; ++n) {
        names.push_back(nameOf(static_cast<SampleError>(i)));
      }
    }
    return names;
  }

  LineParser parser_{TagDialects{}};
};

TEST_F(StatsdLine, HasANameAValueAndAType) {
  const Line& line = parse("jobs.done:3|c");
  EXPECT_EQ(line.name, "jobs.done");
  EXPECT_TRUE(line.isFaultless());
  EXPECT_EQ(line.received, 1u);
  ASSERT_EQ(line.samples.size(), 1u);
  EXPECT_EQ(line.samples[0].type, SampleType::kCounter);
  EXPECT_EQ(line.samples[0].value, 3);
  EXPECT_EQ(line.samples[0].rate, 1);
}

TEST_F(StatsdLine, TakesTimersForMillisecondsAndOthersAsTheyAre) {
  EXPECT_THAT(values("t:320|ms"), ElementsAre(0.32));
  EXPECT_THAT(values("t:320|h"), ElementsAre(320));
  EXPECT_THAT(values("t:320|d"), ElementsAre(320));
}

TEST_F(StatsdLine, TakesASignedGaugeForAChange) {
  EXPECT_TRUE(parse("g:+3|g").samples.at(0).relative);
  EXPECT_TRUE(parse("g:-3|g").samples.at(0).relative);
  EXPECT_EQ(parse("g:-3|g").samples.at(0).value, -3);
  EXPECT_FALSE(parse("g:3|g").samples.at(0).relative);
  EXPECT_FALSE(parse("c:-3|c").samples.at(0).relative);
}

TEST_F(StatsdLine, KeepsTheMemberOfASet) {
  EXPECT_EQ(parse("users:ann|s").samples.at(0).text, "ann");
  EXPECT_EQ(parse("users:ann|s").samples.at(0).type, SampleType::kSet);
  EXPECT_THAT(errors("users:|s"), ElementsAre("malformed_value"));
}

TEST_F(StatsdLine, ReadsTheSampleRate) { EXPECT_EQ(parse("c:1|c|@0.1").samples.at(0).rate, 0.1); }

TEST_F(StatsdLine, TakesARateThatCannotBeForNone) {
  for (const char* text : {"c:1|c|@0", "c:1|c|@-1", "c:1|c|@2", "c:1|c|@x", "c:1|c|@NaN"}) {
    EXPECT_THAT(errors(text), ElementsAre("invalid_sample_factor")) << text;
    EXPECT_EQ(parse(text).samples.at(0).rate, 1) << text;
  }
}

TEST_F(StatsdLine, MayHaveSeveralValues) {
  EXPECT_THAT(values("t:1:2:3.5|d|@0.5|#a:b"), ElementsAre(1, 2, 3.5));
  EXPECT_EQ(parse("t:1:2:3.5|d").received, 3u);
  EXPECT_THAT(values("t:1:x:3|d"), ElementsAre(1, 3));
  EXPECT_THAT(errors("t:1:x:3|d"), ElementsAre("malformed_value"));
  EXPECT_THAT(errors("t:a:b|s"), ElementsAre("invalid_extended_aggregate_type"));
}

TEST_F(StatsdLine, MayHaveSeveralSamples) {
  const Line& line = parse("m:1|c:2|ms|@0.5:3|g");
  EXPECT_EQ(line.received, 3u);
  ASSERT_EQ(line.samples.size(), 3u);
  EXPECT_EQ(line.samples[1].type, SampleType::kTimer);
  EXPECT_EQ(line.samples[1].rate, 0.5);
  EXPECT_EQ(line.samples[2].type, SampleType::kGauge);
  EXPECT_EQ(line.samples[2].rate, 1);
}

TEST_F(StatsdLine, UnderstandsTagsOfAllDialects) {
  const Tag colour{"colour", "red"};
  const Tag size{"size", "9"};
  for (const char* text : {"m:1|c|#colour:red,size:9", "m,colour=red,size=9:1|c",
                           "m#colour=red,size=9:1|c", "m[colour=red,size=9]:1|c"}) {
    const Line& line = parse(text);
    EXPECT_EQ(line.name, "m") << text;
    EXPECT_THAT(line.tags, ElementsAre(colour, size)) << text;
    EXPECT_EQ(line.samples.size(), 1u) << text;
    EXPECT_TRUE(line.isFaultless()) << text;
  }
}

TEST_F(StatsdLine, JoinsTheNameAroundTagsOfSignalFx) {
  EXPECT_EQ(parse("requests[code=200].total:1|c").name, "requests.total");
}

TEST_F(StatsdLine, LeavesDialectsAloneThatAreOff) {
  LineParser plain({.dogStatsd = false, .influxDb = false, .librato = false, .signalFx = false});
  for (const char* name : {"m,a=b", "m#a=b", "m[a=b]"}) {
    const std::string text = std::string(name) + ":1|c";
    const Line& line = plain.parse(text);
    EXPECT_EQ(line.name, name);
    EXPECT_THAT(line.tags, IsEmpty());
  }
  EXPECT_THAT(plain.parse("m:1|c|#a:b").tags, IsEmpty());
  EXPECT_EQ(plain.parse("m:1|c|#a:b").samples.size(), 1u);
}

TEST_F(StatsdLine, LosesATagWithoutAValueAlone) {
  const Line& line = parse("m:1|c|#good:1,lonely,:x,empty:,#hash:2");
  EXPECT_EQ(line.tagErrors, 3u);
  EXPECT_THAT(line.tags, ElementsAre(Tag{"good", "1"}, Tag{"hash", "2"}));
  EXPECT_EQ(line.samples.size(), 1u);
  EXPECT_EQ(parse("m,:1|c").tagErrors, 0u);
  EXPECT_EQ(parse("m[a=b:1|c").tagErrors, 1u);
  EXPECT_EQ(parse("m]a=b[:1|c").tagErrors, 1u);
}

TEST_F(StatsdLine, IsRefusedWithTwoTaggingStyles) {
  EXPECT_THAT(errors("m,a=b:1|c|#c:d"), ElementsAre("mixed_tagging_styles"));
  EXPECT_THAT(values("m,a=b:1|c|#c:d"), IsEmpty());
}

TEST_F(StatsdLine, PassesOverContainersAndTimestamps) {
  EXPECT_THAT(values("m:1|c|c:ci-0a:b|T1656581400|#a:b"), ElementsAre(1));
  EXPECT_THAT(errors("m:1|c|c"), ElementsAre("malformed_container_id"));
  EXPECT_THAT(errors("m:1|c|Tx"), ElementsAre("malformed_timestamp"));
}

TEST_F(StatsdLine, PassesOverEventsAndServiceChecks) {
  EXPECT_EQ(parse("_e{5,4}:title|text").received, 0u);
  EXPECT_THAT(errors("_e{5,4}:title|text"), IsEmpty());
  EXPECT_THAT(errors("_sc|Redis|0|#a:b"), IsEmpty());
}

TEST_F(StatsdLine, IsRefusedWithItsReason) {
  EXPECT_THAT(errors("no colon"), ElementsAre("malformed_line"));
  EXPECT_THAT(errors(":1|c"), ElementsAre("malformed_line"));
  EXPECT_THAT(errors(",a=b:1|c"), ElementsAre("malformed_line"));
  EXPECT_THAT(errors("m\xff:1|c"), ElementsAre("malformed_line"));
  EXPECT_THAT(errors("m:1"), ElementsAre("not_enough_parts_after_colon"));
  EXPECT_THAT(errors("m:1|c|"), ElementsAre("malformed_component"));
  EXPECT_THAT(errors("m:1|c:2"), ElementsAre("malformed_component"));
  EXPECT_THAT(errors("m:1|c|T1|T1|T1|T1|T1|T1|T1"), ElementsAre("malformed_component"));
  EXPECT_THAT(errors("m:1|c|x"), ElementsAre("invalid_sample_factor"));
  EXPECT_THAT(errors("m:one|c"), ElementsAre("malformed_value"));
  EXPECT_THAT(errors("m:|c"), ElementsAre("malformed_value"));
  EXPECT_THAT(errors("m:1|kv"), ElementsAre("illegal_event"));
}

TEST_F(StatsdLine, LetsOnlyAGaugeBeInfinite) {
  EXPECT_THAT(errors("m:Inf|c"), ElementsAre("malformed_value"));
  EXPECT_THAT(errors("m:NaN|ms"), ElementsAre("malformed_value"));
  EXPECT_THAT(errors("m:+Inf|g"), ElementsAre("malformed_value"));
  EXPECT_THAT(values("m:Inf|g"), ElementsAre(std::numeric_limits<double>::infinity()));
  EXPECT_TRUE(std::isnan(values("m:NaN|g").at(0)));
}

TEST_F(StatsdLine, ForgetsTheLineBefore) {
  parse("m,a=b,c:x|kv");
  const Line& line = parse("n:1|c");
  EXPECT_THAT(line.tags, IsEmpty());
  EXPECT_TRUE(line.isFaultless());
}

}  // namespace
}  // namespace orchestrator_exporter::http::statsd
