#include "http/client/prometheus/remote_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "http/server/uri.h"
#include "tests/support/scripted_server.h"

namespace orchestrator_exporter::http {
namespace {

using test::httpAnswer;
using test::ReceivedRequest;
using test::ScriptedServer;
using Operator = LabelMatcher::Operator;

ScriptedServer::Script always(int status, std::string body) {
  return [=](const ReceivedRequest&) { return httpAnswer(status, body); };
}

std::shared_ptr<const PrometheusApi> apiOf(const ScriptedServer& server) {
  return std::make_shared<const PrometheusApi>(server.url("/"), ClientSettings{});
}

RemoteHistory historyAt(const ScriptedServer& server) {
  return RemoteHistory(apiOf(server));
}

constexpr const char* kMatrix =
    R"({"status":"success","data":{"resultType":"matrix","result":[)"
    R"({"metric":{"__name__":"up","job":"b"},"values":[[10,"1"]]},)"
    R"({"metric":{"__name__":"up","job":"a"},"values":[[9.5,"0"],[10,"NaN"]]}]}})";

TEST(RemoteHistory, ReadsRawSamplesByARangeSelector) {
  const ScriptedServer server(always(200, kMatrix));
  const std::vector<LabelMatcher> matchers = {{"__name__", Operator::kEqual, "up"}};
  const Selected selected = historyAt(server).select(
      {.matchers = matchers, .after = 5000, .until = 10'000, .range = 5000}, 9);
  ASSERT_EQ(selected.series.size(), 2u);
  EXPECT_EQ(selected.series[0].labels->get("job"), "a");
  EXPECT_EQ(selected.series[0].samples->times, (std::vector<std::int64_t>{9500, 10'000}));
  EXPECT_EQ(server.requests().at(0).line, "POST /api/v1/query HTTP/1.1");
}

// The answers of a server whose series a ends behind 10 s, with a marker that it does not show, and
// whose series b goes on: to raw samples, and to what an instant selector gives.
ScriptedServer::Script endingSeries(const std::string& evaluated) {
  return [=](const ReceivedRequest& request) {
    const bool isRaw = request.body.find("ms%5D") != std::string::npos;
    const std::string raw = R"({"metric":{"job":"a"},"values":[[5,"1"],[10,"2"]]},)"
                            R"({"metric":{"job":"b"},"values":[[5,"3"],[10,"4"],[20,"5"]]})";
    return httpAnswer(200, R"({"status":"success","data":{"resultType":"matrix","result":[)" +
                               (isRaw ? raw : evaluated) + "]}}");
  };
}

std::string textOf(const SampleColumns& samples) {
  std::string text;
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    const bool isStale = std::bit_cast<std::uint64_t>(samples.values[i]) == kStaleBits;
    text += (isStale ? "end" : std::to_string(std::lround(samples.values[i]))) + "@" +
            std::to_string(samples.times[i]) + " ";
  }
  return text;
}

TEST(RemoteHistory, EndsASeriesThatTheServerHasNoMore) {
  const ScriptedServer server(endingSeries(R"({"metric":{"job":"b"},"values":[[15,"4"]]})"));
  const Selected selected =
      historyAt(server).select({.after = 15'000 - 300'000, .until = 15'000}, 99);
  ASSERT_EQ(selected.series.size(), 2u);
  EXPECT_EQ(textOf(*selected.series[0].samples), "1@5000 2@10000 end@15000 ");
  EXPECT_EQ(textOf(*selected.series[1].samples), "3@5000 4@10000 5@20000 ");
}

TEST(RemoteHistory, EndsASeriesWhereItEndsAmongSteps) {
  const ScriptedServer server(
      endingSeries(R"({"metric":{"job":"a"},"values":[[5,"1"],[10,"2"]]},)"
                   R"({"metric":{"job":"b"},"values":[[5,"3"],[10,"4"],[15,"4"],[20,"5"]]})"));
  const Selected selected =
      historyAt(server).select({.after = 5000 - 300'000, .until = 20'000, .step = 5000}, 99);
  ASSERT_EQ(selected.series.size(), 2u);
  EXPECT_EQ(textOf(*selected.series[0].samples), "1@5000 2@10000 end@15000 ");
  EXPECT_EQ(textOf(*selected.series[1].samples), "3@5000 4@10000 5@20000 ");
  EXPECT_EQ(server.requests().at(1).line, "POST /api/v1/query_range HTTP/1.1");
}

TEST(RemoteHistory, ThrowsBeforeItHoldsTooManySamples) {
  const ScriptedServer server(always(200, kMatrix));
  EXPECT_THROW(historyAt(server).select({.after = 0, .until = 10'000}, 2), TooManySamples);
}

TEST(RemoteHistory, GivesNamesInOrderEachOnce) {
  const ScriptedServer server(always(200, R"({"status":"success","data":["b","a","b","c"]})"));
  EXPECT_THAT(historyAt(server).labelValues("a/b", {.limit = 2}), testing::ElementsAre("a", "b"));
  EXPECT_EQ(server.requests().at(0).line, "GET /api/v1/label/a%2Fb/values?limit=2 HTTP/1.1");
}

TEST(RemoteHistory, PassesOnWhatTheServerSaysOfAFault) {
  const ScriptedServer server(
      always(422, R"({"status":"error","errorType":"execution","error":"too much"})"));
  try {
    historyAt(server).labelNames({});
    FAIL() << "answered";
  } catch (const PeerError& error) {
    EXPECT_THAT(error.what(), testing::EndsWith(": execution: too much"));
  }
}

TEST(RemoteHistory, RefusesAnAnswerThatIsNotOfTheApi) {
  for (const char* body : {"<html>", "{}", "[1]", R"({"status":"success","data":5})"}) {
    const ScriptedServer server(always(200, body));
    EXPECT_THROW(historyAt(server).labelNames({}), PeerError) << body;
  }
}

TEST(RemoteHistory, SelectorsHaveAMatcherThatIsNotEmpty) {
  const std::vector<LabelMatcher> some = {{"a", Operator::kMatchesNot, "x|\"y"},
                                          {"b c", Operator::kNotEqual, "z"}};
  EXPECT_EQ(selectorText(some), R"({a!~"x|\"y","b c"!="z",__name__=~".+"})");
  EXPECT_EQ(selectorText({}), R"({__name__=~".+"})");
}

TEST(PrometheusApi, TimesHaveThreeDecimalsIfTheyAreNoWholeSeconds) {
  EXPECT_EQ(apiTime(5000), "5");
  EXPECT_EQ(apiTime(5007), "5.007");
  EXPECT_EQ(apiTime(-1), "-0.001");
  EXPECT_EQ(apiTime(-5250), "-5.250");
}

TEST(Uri, ComponentsAreEncoded) { EXPECT_EQ(encodeComponent("a b/%é~"), "a%20b%2F%25%C3%A9~"); }

}  // namespace
}  // namespace orchestrator_exporter::http
