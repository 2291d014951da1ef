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
