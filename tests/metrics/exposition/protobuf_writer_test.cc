#include "metrics/exposition/protobuf_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <protozero/pbf_message.hpp>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

// Shows a message as text, field by field: `1:"name" 4:{…}`; the layout of io.prometheus.client is
// told by `path`, the field numbers from the outside in.
std::string show(protozero::data_view data, const std::string& path = "") {
  std::string text;
  for (protozero::pbf_reader reader(data); reader.next();) {
    const std::string field = path + "." + std::to_string(reader.tag());
    text += (text.empty() ? "" : " ") + std::to_string(reader.tag()) + ":";
    if (reader.wire_type() == protozero::pbf_wire_type::varint) {
      text += std::to_string(reader.get_uint64());
    } else if (reader.wire_type() == protozero::pbf_wire_type::fixed64) {
      text += std::to_string(reader.get_double());
    } else if (field == ".1" || field == ".2" || field == ".5" || field.ends_with(".1.1") ||
               field.ends_with(".1.2")) {
      text += "\"" + reader.get_string() + "\"";
    } else if (field == ".4.7.10" || field == ".4.7.13") {
      text += "[";
      for (const auto delta : reader.get_packed_sint64()) text += std::to_string(delta) + ",";
      text += "]";
    } else {
      text += "{" + show(reader.get_view(), field) + "}";
    }
  }
  return text;
}

// Each length-delimited MetricFamily of a body on a line.
std::string showBody(const std::string& body) {
  std::string text;
  const char* at = body.data();
  const char* const end = at + body.size();
  while (at != end) {
    const auto size = protozero::decode_varint(&at, end);
    text += show({at, size}) + "\n";
    at += size;
  }
  return text;
}

std::string protobuf(const std::function<void(Sink&)>& give, bool native = false) {
  return showBody(expose({.format = Format::kProtobuf, .nativeHistograms = native}, give));
}

TEST(ProtobufWriter, WritesCountersWithLabelsAndCreatedTime) {
  EXPECT_EQ(protobuf([](Sink& out) {
              const Label labels[] = {{"x", "y"}};
              out.counter("a_total", "H.").add(2, labels, {.created = 5.5});
            }),
            "1:\"a_total\" 2:\"H.\" 3:0 "
            "4:{1:{1:\"x\" 2:\"y\"} 3:{1:2.000000 3:{1:5 2:500000000}}}\n");
}

TEST(ProtobufWriter, WritesGaugesUntypedAndUnits) {
  EXPECT_EQ(protobuf([](Sink& out) {
              out.gauge("a_bytes", "H.", "bytes").add(1);
              out.untyped("b", "H.").add(2);
            }),
            "1:\"a_bytes\" 2:\"H.\" 3:1 5:\"bytes\" 4:{2:{1:1.000000}}\n"
            "1:\"b\" 2:\"H.\" 3:3 4:{5:{1:2.000000}}\n");
}

TEST(ProtobufWriter, TakesPreparedLabelsApart) {
  EXPECT_EQ(protobuf([](Sink& out) {
              out.uniqueFamily({"a", "H.", MetricType::kGauge})
                  .preparedSample(1, "{x=\"a\\\"\\\\\\n,\",y=\"\"}", {});
            }),
            "1:\"a\" 2:\"H.\" 3:1 4:{1:{1:\"x\" 2:\"a\"\\\n,\"} 1:{1:\"y\" 2:\"\"} "
            "2:{1:1.000000}}\n");
}

TEST(ProtobufWriter, WritesClassicAndNativeHistograms) {
  const Bucket buckets[] = {{1, 2}};
  const NativeSpan spans[] = {{-1, 2}};
  const std::int64_t deltas[] = {2, -1};
  const NativeBuckets native{.schema = 3,
                             .zeroThreshold = 0.5,
                             .zeroCount = 1,
                             .positiveSpans = spans,
                             .positiveDeltas = deltas,
                             .negativeSpans = {},
                             .negativeDeltas = {}};
  const auto give = [&](Sink& out) {
    out.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4, .native = &native});
  };
  EXPECT_EQ(protobuf(give, true),
            "1:\"h\" 2:\"H.\" 3:4 4:{7:{1:3 2:4.000000 3:{1:2 2:1.000000} 5:6 6:0.500000 7:1 "
            "12:{1:1 2:2} 13:[2,-1,]}}\n");
  EXPECT_EQ(protobuf(give, false),
            "1:\"h\" 2:\"H.\" 3:4 4:{7:{1:3 2:4.000000 3:{1:2 2:1.000000}}}\n");
}

TEST(ProtobufWriter, MarksAnEmptyNativeHistogramByAnEmptySpan) {
  const NativeBuckets native{};
  EXPECT_EQ(protobuf([&](Sink& out) { out.histogram("h", "H.").add({.native = &native}); }, true),
            "1:\"h\" 2:\"H.\" 3:4 4:{7:{1:0 2:0.000000 5:0 6:0.000000 7:0 12:{1:0 2:0}}}\n");
}

TEST(ProtobufWriter, WritesSummaries) {
  const Quantile quantiles[] = {{0.5, 1}};
  EXPECT_EQ(protobuf([&](Sink& out) {
              out.summary("s", "H.").add({.quantiles = quantiles, .count = 1, .sum = 2});
            }),
            "1:\"s\" 2:\"H.\" 3:2 4:{4:{1:1 2:2.000000 3:{1:0.500000 2:1.000000}}}\n");
}

TEST(ProtobufWriter, KeepsTheFirstOfTwoSamplesOfOneSeries) {
  EXPECT_EQ(protobuf([](Sink& out) {
              out.gauge("a", "H.").add(1, {{"x", "1"}, {"y", "2"}});
              out.gauge("a", "H.").add(2, {{"y", "2"}, {"x", "1"}});
            }),
            "1:\"a\" 2:\"H.\" 3:1 4:{1:{1:\"x\" 2:\"1\"} 1:{1:\"y\" 2:\"2\"} 2:{1:1.000000}}\n");
}

}  // namespace orchestrator_exporter
