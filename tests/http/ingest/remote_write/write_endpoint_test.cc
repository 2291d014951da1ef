#include "http/ingest/remote_write/write_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "metrics/history/intake/head_intake.h"
#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/remote_write_messages.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

using history::Head;
using test::SentSeries;
using test::snappyLiterals;
using test::writeRequest;
using test::writeRequest2;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr const char* kType2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

SentSeries named(const std::string& name, std::vector<TimedSample> samples) {
  return {{{"__name__", name}}, std::move(samples)};
}

class Receiver {
 public:
  Response post(const std::string& message, Fields headers = {}) {
    return postPacked(snappyLiterals(message), std::move(headers));
  }
  Response post2(const std::string& message) {
    return post(message, {{"Content-Type", kType2}, {"Content-Encoding", "snappy"}});
  }
  Response postPacked(std::string body, Fields headers = {}) {
    return endpoint_({.method = "POST", .headers = std::move(headers), .body = std::move(body)});
  }

  // "labels: value@milliseconds after kNow …" of each series.
  std::vector<std::string> series() const {
    std::vector<std::string> texts;
    for (const SelectedSeries& one : head_->select({}, SIZE_MAX).series) {
      std::string text;
      for (const auto& [name, value] : *one.labels) text += name + "=" + value + " ";
      for (std::size_t i = 0; i < one.samples->times.size(); ++i) {
        text += std::to_string(std::lround(one.samples->values[i])) + "@" +
                std::to_string(one.samples->times[i] - kNow) + " ";
      }
      texts.push_back(text.substr(0, text.size() - 1));
    }
    return texts;
  }
  // Of the first series.
  HistogramColumns histograms() const {
    return head_->select({}, SIZE_MAX).series.front().samples->histograms;
  }
  std::vector<MetricMetadata> families() const { return head_->metadata(); }

 private:
  PushedMetrics pushed_{PushedMetrics::Config()};
  IngestDoor door_{pushed_, std::size_t{1} << 20, [](const std::string&) {}};
  std::shared_ptr<Head> head_ = std::make_shared<Head>(Head::Config());
  Endpoint endpoint_ = writeEndpoint(
      door_, std::make_shared<history::HeadIntake>(head_, nullptr),
      [] { return std::chrono::system_clock::time_point(std::chrono::milliseconds(kNow)); });
};

std::string headerOf(const Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &Fields::value_type::first);
  return found == response.headers.end() ? "none" : found->second;
}

}  // namespace

TEST(WriteEndpoint, TakesSamplesOfBothVersions) {
  Receiver receiver;
  EXPECT_EQ(receiver.post(writeRequest({named("one", {{kNow, 1}, {kNow + 5, 2}})})).status, 204);
  EXPECT_EQ(receiver.post2(writeRequest2({named("two", {{kNow, 3}})})).status, 204);
  EXPECT_THAT(receiver.series(), ElementsAre("__name__=one 1@0 2@5", "__name__=two 3@0"));
}

TEST(WriteEndpoint, SortsLabelsAndDropsThoseWithoutAValue) {
  Receiver receiver;
  const SentSeries sent = {{{"z", "1"}, {"empty", ""}, {"__name__", "m"}, {"a", "2"}}, {{kNow, 1}}};
  EXPECT_EQ(receiver.post(writeRequest({sent})).status, 204);
  EXPECT_THAT(receiver.series(), ElementsAre("__name__=m a=2 z=1 1@0"));
}

TEST(WriteEndpoint, KeepsTheFirstOfTwoValuesOfOneTime) {
  Receiver receiver;
  receiver.post(writeRequest({named("m", {{kNow, 1}})}));
  EXPECT_EQ(receiver.post(writeRequest({named("m", {{kNow, 1}})})).status, 204);
  const Response refused = receiver.post(writeRequest({named("m", {{kNow, 2}})}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, "duplicate sample for timestamp: m at 1700000000000\n");
  EXPECT_THAT(receiver.series(), ElementsAre("__name__=m 1@0"));
}

TEST(WriteEndpoint, TakesLateSamplesWithinTheWindow) {
  Receiver receiver;
  receiver.post(writeRequest({named("m", {{kNow, 2}})}));
  EXPECT_EQ(receiver.post(writeRequest({named("m", {{kNow - 600'000, 1}})})).status, 204);
  const Response refused = receiver.post(writeRequest({named("m", {{kNow - 600'001, 1}})}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("out of order sample"));
}

TEST(WriteEndpoint, RefusesWhatIsOlderThanTheRetentionOrTooFarAhead) {
  Receiver receiver;
  EXPECT_EQ(receiver.post(writeRequest({named("m", {{kNow + 600'000, 1}})})).status, 204);
  for (const std::int64_t time : {kNow + 600'001, kNow - 3'600'000}) {
    const Response refused = receiver.post(writeRequest({named("other", {{time, 1}})}));
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("out of bounds"));
  }
}

TEST(WriteEndpoint, KeepsGoodSeriesBesideBadOnes) {
  const std::vector<SentSeries> sent = {{{{"a", "1"}}, {{kNow, 1}}}, named("good", {{kNow, 1}})};
  Receiver first;
  EXPECT_EQ(first.post(writeRequest(sent)).body, "no metric name: {a=\"1\"}\n");
  EXPECT_THAT(first.series(), ElementsAre("__name__=good 1@0"));
  Receiver second;
  const Response answer = second.post2(writeRequest2(sent));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(headerOf(answer, "X-Prometheus-Remote-Write-Samples-Written"), "1");
  EXPECT_THAT(second.series(), ElementsAre("__name__=good 1@0"));
}

TEST(WriteEndpoint, RefusesLabelsThatNameNoSeries) {
  Receiver receiver;
  using Labels = std::vector<std::pair<std::string, std::string>>;
  for (const Labels& labels :
       {Labels{}, Labels{{"__name__", ""}}, Labels{{"__name__", "m"}, {"a", "1"}, {"a", "2"}},
        Labels{{"__name__", "m"}, {"", "1"}}, Labels{{"__name__", "m\xff"}},
        Labels{{"__name__", "m"}, {"\xc3", "1"}},
        Labels{{"__name__", "m"}, {"a", "\xed\xa0\x80"}}}) {
    EXPECT_EQ(receiver.post(writeRequest({{labels, {{kNow, 1}}}})).status, 400);
  }
  EXPECT_TRUE(receiver.series().empty());
}

TEST(WriteEndpoint, TakesNothingForNothing) {
  Receiver receiver;
  EXPECT_EQ(receiver.post("").status, 204);
  EXPECT_EQ(receiver.post(writeRequest({named("m", {})})).status, 204);
  EXPECT_TRUE(receiver.series().empty());
}

TEST(WriteEndpoint, RefusesBodiesThatItCannotRead) {
  Receiver receiver;
  EXPECT_EQ(receiver.postPacked("").status, 400);
  EXPECT_EQ(receiver.postPacked("\xff\xff\xff").status, 400);
  EXPECT_EQ(receiver.post("\x0a\x05").status, 400);
  EXPECT_EQ(receiver.post(std::string((1 << 20) + 1, 'x')).status, 413);
}

TEST(WriteEndpoint, RefusesOtherTypesAndEncodings) {
  Receiver receiver;
  const std::string good = writeRequest({named("m", {{kNow, 1}})});
  EXPECT_EQ(receiver.post(good, {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(receiver.post(good, {{"Content-Type", "application/x-protobuf;proto=x.Y"}}).status,
            415);
  EXPECT_EQ(receiver.post(good, {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(receiver.post(good, {{"Content-Encoding", "identity"}}).status, 415);
  const std::string proto1 = "application/x-protobuf; proto=prometheus.WriteRequest";
  EXPECT_EQ(receiver.post(good, {{"Content-Type", proto1}}).status, 204);
}

TEST(WriteEndpoint, RefusesSymbolsThatAreNotThere) {
  Receiver receiver;
  std::string series;
  const std::uint32_t refs[] = {1, 2};
  protozero::pbf_writer writer(series);
  writer.add_packed_uint32(1, std::begin(refs), std::end(refs));
  writer.add_message(2, test::sampleMessage({kNow, 1}));
  std::string request;
  protozero::pbf_writer(request).add_message(5, series);
  const Response refused = receiver.post2(request);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("a label outside the table of symbols"));
  EXPECT_EQ(headerOf(refused, "X-Prometheus-Remote-Write-Samples-Written"), "0");
}

TEST(WriteEndpoint, TakesNativeHistogramsOfBothVersions) {
  Receiver receiver;
  SentSeries sent = named("h", {});
  sent.histograms = {test::histogramMessage(kNow, 7, 7)};
  EXPECT_EQ(receiver.post(writeRequest({sent})).status, 204);
  sent.histograms = {test::histogramMessage(kNow + 5, 9, 9)};
  const Response taken = receiver.post2(writeRequest2({sent}));
  EXPECT_EQ(taken.status, 204);
  EXPECT_EQ(headerOf(taken, "X-Prometheus-Remote-Write-Histograms-Written"), "1");
  EXPECT_EQ(headerOf(taken, "X-Prometheus-Remote-Write-Samples-Written"), "0");
  const HistogramColumns histograms = receiver.histograms();
  EXPECT_THAT(histograms.times, ElementsAre(kNow, kNow + 5));
  EXPECT_EQ(histograms.values.front()->count, 7);
  EXPECT_THAT(histograms.values.back()->positive, ElementsAre(FloatHistogram::Bucket{1, 9}));
}

TEST(WriteEndpoint, RefusesNativeHistogramsThatMakeNoSense) {
  Receiver receiver;
  SentSeries sent = named("h", {{kNow, 1}});
  sent.histograms = {test::histogramMessage(kNow + 5, 7, -7)};
  const Response refused = receiver.post(writeRequest({sent}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("count below zero"));
  EXPECT_THAT(receiver.series(), ElementsAre("__name__=h 1@0"));
}

TEST(WriteEndpoint, KeepsWhatIsSaidOfFamilies) {
  Receiver receiver;
  std::string family;
  protozero::pbf_writer fields(family);
  fields.add_enum(1, 1);
  fields.add_string(2, "requests_total");
  fields.add_string(4, "Requests.");
  std::string request;
  protozero::pbf_writer(request).add_message(3, family);
  EXPECT_EQ(receiver.post(request).status, 204);
  const auto known = receiver.families();
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].family, "requests_total");
  EXPECT_EQ(known[0].help, "Requests.");
  EXPECT_EQ(known[0].type, MetricType::kCounter);
}

}  // namespace orchestrator_exporter::http::remote_write
