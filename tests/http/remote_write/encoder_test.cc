#include "http/remote_write/encoding/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/remote_write/encoding/downgrade.h"
#include "http/remote_write/encoding/snappy.h"
#include "metrics/resting_value.h"
#include "tests/http/remote_write/shown.h"

namespace orchestrator_exporter::remote_write {
namespace {

using test::shown;
using testing::ElementsAre;
using testing::IsEmpty;

// A reading of this moment, whose layout is found as the readings do.
class Reading {
 public:
  Reading(std::int64_t time, const std::function<void(Snapshot&)>& fill) {
    snapshot_.time = std::chrono::system_clock::time_point(std::chrono::milliseconds(time));
    snapshot_.took = std::chrono::milliseconds(500);
    fill(snapshot_);
    snapshot_.findLayout();
  }
  const Snapshot& operator*() const { return snapshot_; }

 private:
  Snapshot snapshot_;
};

// Only series of these names: not those that a Prometheus adds to a scrape.
EncoderSettings only(const std::string& names) {
  EncoderSettings settings;
  settings.labels.relabelling = {
      RelabelRule({.action = RelabelAction::kKeep, .sourceLabels = {"__name__"}, .regex = names})};
  return settings;
}

std::vector<std::string> encoded(Encoder& encoder, const Snapshot& reading) {
  std::vector<std::string> lines;
  encoder.encode(reading, [&](std::size_t, const Block& block) {
    for (std::string& line : shown(block)) lines.push_back(std::move(line));
  });
  return lines;
}

void giveA(Snapshot& out) { out.gauge("a", "Help.").add(1, {{"l", "v"}}); }

TEST(RemoteWriteEncoder, NamesSeriesAsAScrapeDoes) {
  Encoder encoder(only("h_.*|s|s_.*|c_total"));
  const std::vector<Bucket> buckets = {{1, 2, nullptr}, {2.5, 3, nullptr}};
  const std::vector<Quantile> quantiles = {{0.5, 7}};
  const Reading reading(5, [&](Snapshot& out) {
    out.counter("c_total", "").add(4);
    out.histogram("h", "").add({buckets, 4, 9});
    out.summary("s", "").add({quantiles, 2, 14});
  });
  EXPECT_THAT(encoded(encoder, *reading),
              ElementsAre(R"({__name__="c_total"} 4 @5)", R"({__name__="h_bucket",le="1.0"} 2 @5)",
                          R"({__name__="h_bucket",le="2.5"} 3 @5)",
                          R"({__name__="h_bucket",le="+Inf"} 4 @5)", R"({__name__="h_sum"} 9 @5)",
                          R"({__name__="h_count"} 4 @5)", R"({__name__="s",quantile="0.5"} 7 @5)",
                          R"({__name__="s_sum"} 14 @5)", R"({__name__="s_count"} 2 @5)"));
}

TEST(RemoteWriteEncoder, AddsWhatAScrapeAdds) {
  Encoder encoder({.labels = {.added = {{"job", "j"}}}});
  const Reading first(1000, giveA);
  EXPECT_THAT(
      encoded(encoder, *first),
      ElementsAre(R"({__name__="a",job="j",l="v"} 1 @1000)", R"({__name__="up",job="j"} 1 @1000)",
                  R"({__name__="scrape_duration_seconds",job="j"} 0.5 @1000)",
                  R"({__name__="scrape_samples_scraped",job="j"} 1 @1000)",
                  R"({__name__="scrape_samples_post_metric_relabeling",job="j"} 1 @1000)",
                  R"({__name__="scrape_series_added",job="j"} 1 @1000)"));
  const Reading second(2000, giveA);
  EXPECT_EQ(encoded(encoder, *second).back(),
            R"({__name__="scrape_series_added",job="j"} 0 @2000)");
}

TEST(RemoteWriteEncoder, AddsNoLabelThatASeriesHas) {
  EncoderSettings settings = only("a");
  settings.labels.added = {{"instance", "i"}, {"job", "j"}, {"z", "z"}};
  for (const bool relabels : {true, false}) {
    if (!relabels) settings.labels.relabelling.clear();
    Encoder encoder(settings);
    const Reading reading(5, [](Snapshot& out) {
      out.gauge("a", "").add(1, {{"job", "pushed"}, {"k", ""}});
    });
    EXPECT_EQ(encoded(encoder, *reading).front(),
              R"({__name__="a",instance="i",job="pushed",z="z"} 1 @5)");
  }
}

TEST(RemoteWriteEncoder, SendsOneOfTwoSeriesThatRulesMakeTheSame) {
  EncoderSettings settings = only("a");
  settings.labels.relabelling.push_back(
      RelabelRule({.action = RelabelAction::kLabelDrop, .regex = "l"}));
  Encoder encoder(settings);
  const Reading reading(5, [](Snapshot& out) {
    out.gauge("a", "").add(1, {{"l", "1"}});
    out.gauge("a", "").add(2, {{"l", "2"}});
    out.gauge("b", "").add(3);
  });
  EXPECT_THAT(encoded(encoder, *reading), ElementsAre(R"({__name__="a"} 1 @5)"));
  EXPECT_EQ(encoder.dropped(), 6u);  // b, and the five that a scrape has besides
}

TEST(RemoteWriteEncoder, EndsSeriesThatAreGone) {
  Encoder encoder(only("a|b"));
  const Reading first(1, [](Snapshot& out) {
    out.gauge("a", "").add(1);
    out.gauge("b", "").add(2);
  });
  encoded(encoder, *first);
  const Reading second(2, [](Snapshot& out) { out.gauge("b", "").add(3); });
  EXPECT_THAT(encoded(encoder, *second),
              ElementsAre(R"({__name__="a"} ends @2)", R"({__name__="b"} 3 @2)"));
  const Reading third(3, [](Snapshot& out) { out.gauge("b", "").add(4); });
  EXPECT_THAT(encoded(encoder, *third), ElementsAre(R"({__name__="b"} 4 @3)"));
}

TEST(RemoteWriteEncoder, SendsNothingOfASeriesThatRests) {
  Encoder encoder(only("a|b"));
  const auto give = [](double value) {
    return [value](Snapshot& out) {
      out.gauge("a", "").add(value);
      out.gauge("b", "").add(2);
    };
  };
  const Reading first(1, give(1));
  const Reading second(2, give(kResting));
  const Reading third(3, give(3));
  EXPECT_THAT(encoded(encoder, *first),
              ElementsAre(R"({__name__="a"} 1 @1)", R"({__name__="b"} 2 @1)"));
  EXPECT_THAT(encoded(encoder, *second), ElementsAre(R"({__name__="b"} 2 @2)"));
  EXPECT_THAT(encoded(encoder, *third),
              ElementsAre(R"({__name__="a"} 3 @3)", R"({__name__="b"} 2 @3)"));
}

TEST(RemoteWriteEncoder, EndsAllSeriesAtTheEnd) {
  Encoder encoder(only("a"));
  const Reading reading(100, giveA);
  encoded(encoder, *reading);
  std::vector<std::string> lines;
  const auto take = [&](std::size_t, const Block& block) {
    for (std::string& line : shown(block)) lines.push_back(std::move(line));
  };
  encoder.end(50, take);  // the clock was put back
  EXPECT_THAT(lines, ElementsAre(R"({__name__="a",l="v"} ends @101)"));
  encoder.end(200, take);
  EXPECT_EQ(lines.size(), 1u);
}

TEST(RemoteWriteEncoder, LeavesAReadingOutThatIsNotLater) {
  Encoder encoder(only("a"));
  const Reading first(5, giveA);
  EXPECT_EQ(encoded(encoder, *first).size(), 1u);
  const Reading again(5, giveA);
  EXPECT_THAT(encoded(encoder, *again), IsEmpty());
  const Reading later(6, giveA);
  EXPECT_EQ(encoded(encoder, *later).size(), 1u);
}

TEST(RemoteWriteEncoder, CutsAReadingIntoBlocks) {
  EncoderSettings settings = only("a");
  settings.samplesPerBlock = 2;
  Encoder encoder(settings);
  const Reading reading(5, [](Snapshot& out) {
    for (const char* value : {"1", "2", "3", "4", "5"}) {
      out.gauge("a", "").add(0, {{"l", value}});
    }
  });
  std::vector<std::uint32_t> samples;
  encoder.encode(*reading, [&](std::size_t, const Block& block) {
    EXPECT_EQ(shown(block).size(), block.amounts.samples);
    EXPECT_EQ(block.time, 5);
    samples.push_back(block.amounts.samples);
  });
  EXPECT_THAT(samples, ElementsAre(2u, 2u, 1u));
}

TEST(RemoteWriteEncoder, KeepsASeriesInItsShard) {
  EncoderSettings settings = only("a");
  settings.shards = 3;
  Encoder encoder(settings);
  std::map<std::string, std::size_t> shards;
  const auto encode = [&](std::int64_t time, int from) {
    const Reading reading(time, [&](Snapshot& out) {
      for (int i = from; i < 20; ++i) out.gauge("a", "").add(0, {{"l", std::to_string(i)}});
    });
    encoder.encode(*reading, [&](std::size_t shard, const Block& block) {
      for (const std::string& line : shown(block)) {
        const auto [known, isNew] = shards.emplace(line.substr(0, line.find('}')), shard);
        EXPECT_EQ(known->second, shard) << line;
      }
    });
  };
  encode(1, 0);
  encode(2, 7);
  EXPECT_EQ(shards.size(), 20u);
}

TEST(RemoteWriteEncoder, HasOneFormOfWhatIsNoNumber) {
  Encoder encoder(only("a"));
  const Reading reading(5, [](Snapshot& out) {
    out.gauge("a", "").add(std::bit_cast<double>(std::uint64_t{0x7ff0000000000002}));
  });
  encoder.encode(*reading, [](std::size_t, const Block& block) {
    // 7ff8000000000001, little-endian, behind the tag of a double in field 1.
    EXPECT_NE(unpacked(block.bytes).find(std::string("\x09\x01\0\0\0\0\0\xf8\x7f", 9)),
              std::string::npos);
  });
}

// By hand from prompb/remote.proto and prompb/types.proto.
TEST(RemoteWriteEncoder, WritesTheBytesOf1) {
  Encoder encoder(only("a"));
  const Reading reading(300, giveA);
  encoder.encode(*reading, [](std::size_t, const Block& block) {
    const std::string name = std::string("\x0a\x0d\x0a\x08") + "__name__" + "\x12\x01" + "a";
    const std::string label = std::string("\x0a\x06\x0a\x01") + "l" + "\x12\x01" + "v";
    const std::string sample("\x12\x0c\x09\0\0\0\0\0\0\xf0\x3f\x10\xac\x02", 14);
    const std::string series = name + label + sample;
    EXPECT_EQ(unpacked(block.bytes),
              std::string("\x0a") + static_cast<char>(series.size()) + series);
  });
}

// By hand from io/prometheus/write/v2/types.proto.
TEST(RemoteWriteEncoder, WritesTheBytesOf2) {
  EncoderSettings settings = only("a");
  settings.protocol = Protocol::kV2;
  Encoder encoder(settings);
  const Reading reading(300, giveA);
  encoder.encode(*reading, [](std::size_t, const Block& block) {
    const auto symbol = [](const std::string& text) {
      return std::string("\x22") + static_cast<char>(text.size()) + text;
    };
    const std::string labels("\x0a\x04\x01\x02\x03\x04", 6);
    const std::string sample("\x12\x0c\x09\0\0\0\0\0\0\xf0\x3f\x10\xac\x02", 14);
    const std::string metadata("\x2a\x06\x08\x02\x18\x05\x20\x00", 8);
    const std::string series = labels + sample + metadata;
    EXPECT_EQ(unpacked(block.bytes), symbol("") + symbol("__name__") + symbol("a") + symbol("l") +
                                         symbol("v") + symbol("Help.") + "\x2a" +
                                         static_cast<char>(series.size()) + series);
  });
}

TEST(RemoteWriteEncoder, TellsSince2WhenCountersBegan) {
  EncoderSettings settings = only("c_total|d_total");
  settings.protocol = Protocol::kV2;
  Encoder encoder(settings);
  const Reading reading(300, [](Snapshot& out) {
    out.counter("c_total", "").add(1, {}, {.created = 0.25});
    out.counter("d_total", "").add(1);
  });
  encoder.encode(*reading, [](std::size_t, const Block& block) {
    const std::string bytes = unpacked(block.bytes);
    // The time 300 and the start 250 in fields 2 and 3, once.
    const std::size_t at = bytes.find(std::string("\x10\xac\x02\x18\xfa\x01", 6));
    EXPECT_NE(at, std::string::npos);
    EXPECT_EQ(bytes.find(std::string("\x10\xac\x02\x18", 4), at + 1), std::string::npos);
  });
}

TEST(RemoteWriteEncoder, SendsAnExemplarOnceByBothProtocols) {
  for (const Protocol protocol : {Protocol::kV1, Protocol::kV2}) {
    EncoderSettings settings = only("c_total|h_bucket");
    settings.exemplars = true;
    settings.protocol = protocol;
    Encoder encoder(settings);
    const std::vector<Label> trace = {{"trace_id", "t"}};
    const auto fill = [&](double value) {
      return [&, value](Snapshot& out) {
        const Exemplar exemplar{trace, value, 1.5};
        const std::vector<Bucket> buckets = {{1, 1, nullptr}, {2, 2, &exemplar}};
        out.counter("c_total", "").add(1, {}, {.exemplar = &exemplar});
        out.histogram("h", "").add({buckets, 2, 3});
      };
    };
    const std::string name = R"({__name__="c_total"} 1 @)";
    const std::string two = R"({__name__="h_bucket",le="2.0"} 2 @)";
    const Reading first(1, fill(1));
    EXPECT_THAT(encoded(encoder, *first),
                testing::IsSupersetOf({name + "1 exemplar", two + "1 exemplar"}));
    EXPECT_EQ(encoder.exemplars(), 2u);
    const Reading second(2, fill(1));
    EXPECT_THAT(encoded(encoder, *second), testing::IsSupersetOf({name + "2", two + "2"}));
    EXPECT_EQ(encoder.exemplars(), 0u) << "they were sent before";
    const Reading third(3, fill(2));
    EXPECT_THAT(encoded(encoder, *third),
                testing::IsSupersetOf({name + "3 exemplar", two + "3 exemplar"}));
  }
}

TEST(RemoteWriteEncoder, SendsNativeHistogramsInThePlaceOfTheirBuckets) {
  const std::vector<NativeSpan> spans = {{0, 1}};
  const std::vector<std::int64_t> deltas = {2};
  const NativeBuckets native{.schema = 3, .positiveSpans = spans, .positiveDeltas = deltas};
  const std::vector<Bucket> buckets = {{1, 2, nullptr}};
  const auto fill = [&](Snapshot& out) {
    out.gauge("before", "").add(1);
    out.histogram("h", "").add({buckets, 2, 3, 0, &native}, {{"l", "v"}});
    out.gauge("after", "").add(2);
  };
  for (const Protocol protocol : {Protocol::kV1, Protocol::kV2}) {
    EncoderSettings settings = only("before|h.*|after");
    settings.labels.nativeHistograms = true;
    settings.protocol = protocol;
    Encoder encoder(settings);
    const Reading first(1, fill);
    EXPECT_THAT(encoded(encoder, *first),
                ElementsAre(R"({__name__="before"} 1 @1)", R"({__name__="h",l="v"} histogram)",
                            R"({__name__="after"} 2 @1)"));
    EXPECT_EQ(encoder.histograms(), 1u);
    const Reading second(2, [](Snapshot&) {});
    EXPECT_THAT(encoded(encoder, *second),
                ElementsAre(R"({__name__="before"} ends @2)", R"({__name__="h",l="v"} histogram)",
                            R"({__name__="after"} ends @2)"));
  }
}

TEST(RemoteWriteEncoder, GivesTheSameBy1AsBy2) {
  const std::vector<Label> trace = {{"trace_id", "t"}};
  const Exemplar exemplar{trace, 2, 1.5};
  const auto fill = [&](Snapshot& out) {
    out.counter("c_total", "Help.").add(1, {}, {.exemplar = &exemplar, .created = 1});
    out.gauge("a", "Other.").add(2, {{"l", "v"}});
  };
  const Reading reading(5, fill);
  std::vector<std::string> bytes;
  for (const Protocol protocol : {Protocol::kV1, Protocol::kV2}) {
    Encoder encoder({.protocol = protocol, .exemplars = true});
    encoder.encode(*reading, [&](std::size_t, const Block& block) {
      bytes.push_back(protocol == Protocol::kV1 ? block.bytes : downgraded(block.bytes));
    });
  }
  ASSERT_EQ(bytes.size(), 2u);
  EXPECT_EQ(shown(bytes[1], Protocol::kV1), shown(bytes[0], Protocol::kV1));
  EXPECT_TRUE(unpacked(bytes[0]) == unpacked(bytes[1]));
}

TEST(RemoteWriteEncoder, CannotDowngradeWhatIsNoRequest) {
  EXPECT_THROW(downgraded("not snappy"), std::runtime_error);
  EXPECT_THROW(downgraded(packed("\xff\xff\xff")), std::runtime_error);
  // A series with labels of which there are no texts, and one whose last label has no value.
  EXPECT_THROW(downgraded(packed("\x2a\x04\x0a\x02\x01\x02")), std::runtime_error);
  EXPECT_THROW(downgraded(packed(std::string("\x22\x00\x2a\x03\x0a\x01\x00", 7))),
               std::runtime_error);
}

}  // namespace
}  // namespace orchestrator_exporter::remote_write
