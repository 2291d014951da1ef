#include "metrics/exposition/protobuf_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metrics/base/errors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;

// A field of bytes, fewer than 128.
std::string field(char number, const std::string& bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}
std::string delimited(const std::string& message) {
  return std::string(1, static_cast<char>(message.size())) + message;
}
std::string label(const std::string& name, const std::string& value) {
  return field(1, field(1, name) + field(2, value));
}
const std::string kOne = "\x09\0\0\0\0\0\0\xf0\x3f"s;  // field 1, a double of 1
const std::string kUntyped = "\x18\x03"s;

std::string fault(const std::string& bytes) {
  try {
    parseProtobuf(bytes);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "no fault";
}

TEST(ProtobufParser, ReadsWhatTheWriterWrites) {
  const std::string bytes = expose({.format = Format::kProtobuf}, [](Sink& out) {
    out.counter("a_total", "Help of a.").add(3, {{"z", "1"}, {"b", "\xc3\xa4"}});
    out.gauge("g", "").add(-0.5);
    out.untyped("u", "").add(2);
    const Bucket buckets[] = {{1, 2}, {5, 3}};
    out.histogram("h", "").add({.buckets = buckets, .count = 4, .sum = 7.5}, {{"x", "y"}});
    const Quantile quantiles[] = {{0.5, 1}, {0.9, 2}};
    out.summary("s", "").add({.quantiles = quantiles, .count = 9, .sum = 8});
  });
  const ParsedProtobuf parsed = parseProtobuf(bytes);
  ASSERT_EQ(parsed.families.size(), 5u);
  EXPECT_FALSE(parsed.hasTimestamps);
  const ParsedFamily& a = parsed.families[0];
  EXPECT_EQ(a.name, "a_total");
  EXPECT_EQ(a.help, "Help of a.");
  EXPECT_EQ(a.type, MetricType::kCounter);
  ASSERT_EQ(a.samples.size(), 1u);
  EXPECT_EQ(a.samples[0].value, 3);
  ASSERT_EQ(a.samples[0].labels.size(), 2u);
  EXPECT_EQ(a.samples[0].labels[0].name, "b");
  EXPECT_EQ(a.samples[0].labels[0].value, "\xc3\xa4");
  EXPECT_EQ(parsed.families[1].samples.at(0).value, -0.5);
  const ParsedDistribution& h = parsed.families[2].samples.at(0).distribution;
  EXPECT_EQ(h.count, 4u);
  EXPECT_EQ(h.sum, 7.5);
  ASSERT_GE(h.buckets.size(), 2u);
  EXPECT_EQ(h.buckets[1].upperBound, 5);
  EXPECT_EQ(h.buckets[1].cumulativeCount, 3u);
  const ParsedDistribution& s = parsed.families[3].samples.at(0).distribution;
  EXPECT_EQ(s.count, 9u);
  ASSERT_EQ(s.quantiles.size(), 2u);
  EXPECT_EQ(s.quantiles[1].quantile, 0.9);
  EXPECT_EQ(s.quantiles[1].value, 2);
  EXPECT_EQ(parsed.families[4].type, MetricType::kUntyped);
}

TEST(ProtobufParser, ReadsNativeBuckets) {
  const NativeSpan positive[] = {{-3, 2}, {4, 1}};
  const std::int64_t positiveDeltas[] = {2, -1, 3};
  const NativeSpan negative[] = {{7, 1}};
  const std::int64_t negativeDeltas[] = {1};
  const NativeBuckets native{3, 1e-6, 5, positive, positiveDeltas, negative, negativeDeltas};
  const auto give = [&](Sink& out) {
    out.histogram("h", "").add({.count = 13, .sum = 2.5, .native = &native});
  };
  const ExpositionOptions options{.format = Format::kProtobuf, .nativeHistograms = true};
  const std::string bytes = expose(options, give);
  const ParsedProtobuf parsed = parseProtobuf(bytes);
  const ParsedDistribution& h = parsed.families.at(0).samples.at(0).distribution;
  ASSERT_NE(h.native, nullptr);
  const NativeBuckets read = h.native->view();
  EXPECT_EQ(expose(options,
                   [&](Sink& out) {
                     out.histogram("h", "").add({.count = h.count, .sum = h.sum, .native = &read});
                   }),
            bytes);
  EXPECT_EQ(read.zeroCount, 5u);
  EXPECT_EQ(read.positiveSpans.size(), 2u);
}

TEST(ProtobufParser, ReadsAHistogramWithoutNativeBucketsAsClassic) {
  const std::string bytes = expose({.format = Format::kProtobuf}, [](Sink& out) {
    out.histogram("h", "").add({.count = 1, .sum = 2.5});
  });
  EXPECT_EQ(parseProtobuf(bytes).families.at(0).samples.at(0).distribution.native, nullptr);
}

TEST(ProtobufParser, RefusesNativeBucketsThatNoServerWouldTake) {
  const auto faultOf = [](const std::string& histogram) {
    return fault(delimited(field(1, "a") + "\x18\x04" + field(4, field(7, histogram))));
  };
  const std::string count = "\x08\x02";            // sample_count 2
  const std::string schema = "\x28\x06";           // schema 3
  const std::string span = field(12, "\x10\x01");  // one bucket
  EXPECT_EQ(faultOf(count + schema + span + field(13, "\x04")), "no fault");
  EXPECT_EQ(faultOf(count + schema + span + "\x68\x04"), "no fault");
  EXPECT_EQ(faultOf(count + schema + span + field(13, "\x06")),
            "protobuf: the native buckets of a histogram do not add up to its count");
  EXPECT_EQ(faultOf(count + schema + span + field(13, "\x02")),
            "protobuf: the native buckets of a histogram do not add up to its count");
  EXPECT_THAT(faultOf(count + schema + span), HasSubstr("more buckets than there are counts"));
  EXPECT_THAT(faultOf(count + schema + span + field(13, "\x04\x01\x02")),
              HasSubstr("fewer buckets"));
  EXPECT_THAT(faultOf(count + "\x28\x12" + span + field(13, "\x04")), HasSubstr("schema 9"));
  EXPECT_THAT(faultOf(count + "\x28\x69" + span + field(13, "\x04")), HasSubstr("schema"));
  EXPECT_EQ(faultOf("\x21" + kOne.substr(1) + schema + span),
            "protobuf: a histogram has counts that may be fractions");
  EXPECT_EQ(faultOf(schema + field(14, kOne.substr(1))),
            "protobuf: a histogram has counts that may be fractions");
}

TEST(ProtobufParser, PassesOverFieldsOfAnotherKind) {
  // The name as a number, a value as text, the time of a sample as text.
  const std::string good = field(1, "a") + kUntyped + field(4, field(5, kOne));
  EXPECT_EQ(fault(delimited("\x08\x01" + good)), "no fault");
  EXPECT_EQ(fault(delimited(field(1, "a") + kUntyped + field(4, field(5, field(1, "x"))))),
            "no fault");
  const std::string timed = field(4, field(5, kOne) + field(6, "x"));
  EXPECT_FALSE(parseProtobuf(delimited(field(1, "a") + kUntyped + timed)).hasTimestamps);
}

TEST(ProtobufParser, ReadsNothingAsNothing) {
  EXPECT_THAT(parseProtobuf("").families, IsEmpty());
  EXPECT_THAT(parseProtobuf(delimited(field(1, "a"))).families, IsEmpty());
}

TEST(ProtobufParser, NotesTimestamps) {
  const std::string sample = field(5, kOne) + "\x30\x05";
  EXPECT_TRUE(parseProtobuf(delimited(field(1, "a") + kUntyped + field(4, sample))).hasTimestamps);
}

TEST(ProtobufParser, PassesOverFieldsThatItDoesNotKnow) {
  const std::string sample = field(14, "x") + field(5, kOne);
  const auto parsed =
      parseProtobuf(delimited(field(9, "?") + field(1, "a") + kUntyped + field(4, sample)));
  EXPECT_EQ(parsed.families.at(0).samples.at(0).value, 1);
}

TEST(ProtobufParser, SaysWhatIsWrong) {
  const std::string good = field(4, field(5, kOne));
  EXPECT_EQ(fault("\x7f"), "protobuf: a message is cut short");
  EXPECT_THAT(fault("\xff"), HasSubstr("protobuf: "));
  EXPECT_THAT(fault(delimited("\x0a\x70")), HasSubstr("protobuf: "));
  EXPECT_EQ(fault(delimited(field(1, "a b") + kUntyped + good)),
            "protobuf: 'a b' is no name of a metric");
  EXPECT_EQ(fault(delimited(kUntyped + good)), "protobuf: '' is no name of a metric");
  EXPECT_EQ(fault(delimited(field(1, "a") + "\x18\x05" + good)),
            "protobuf: unknown type of a family");
  EXPECT_EQ(fault(delimited(field(1, "a") + field(4, field(5, kOne)))),
            "protobuf: a sample has no value of its family's type");
  const auto withLabels = [](const std::string& labels) {
    return delimited(field(1, "a") + kUntyped + field(4, labels + field(5, kOne)));
  };
  EXPECT_EQ(fault(withLabels(label("x-y", "1"))), "protobuf: 'x-y' is no name of a label");
  EXPECT_EQ(fault(withLabels(label("__name__", "1"))),
            "protobuf: '__name__' is no name of a label");
  EXPECT_EQ(fault(withLabels(label("x", "\xff"))), "protobuf: the value of a label is not UTF-8");
  EXPECT_EQ(fault(withLabels(label("x", "1") + label("x", "2"))), "protobuf: a label comes twice");
  const std::string family = delimited(field(1, "a") + kUntyped + good);
  EXPECT_EQ(fault(family + family), "protobuf: the family a comes twice");
}

}  // namespace
}  // namespace orchestrator_exporter
