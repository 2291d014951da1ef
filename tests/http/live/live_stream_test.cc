#include "http/live/live_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter::http::live {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::StartsWith;

// A stream over a history of one counter, and what its channel was given.
class LiveStreamOf : public testing::Test {
 protected:
  LiveStreamOf() {
    history_->load("m", "0 10 20 30 40 50 60 70 80 90", 1000);
    LiveStream::Config config;
    config.charts = {{"chart", "label_replace(irate(m[60s]), \"series\", \"one\", \"\", \"\")"},
                     {"empty", "nothing"}};
    config.facts = R"({"host":"h"})";
    config.watch = [this] {
      ++watched_;
      return std::shared_ptr<void>(nullptr, [this](void*) { --watched_; });
    };
    stream_ = std::make_unique<LiveStream>(history_, config);
  }

  void read(int second) {
    stream_->take(std::chrono::system_clock::time_point(std::chrono::seconds(second)));
  }
  // Waits for the next message of the channel.
  std::string next() {
    std::unique_lock lock(mutex_);
    sent_.wait(lock, [this] { return !messages_.empty(); });
    std::string first = messages_.front();
    messages_.erase(messages_.begin());
    return first;
  }
  // The next message of this kind: what was told before a viewer came is told to nobody.
  std::string next(std::string_view kind) {
    for (;;) {
      std::string message = next();
      if (message.starts_with("event: " + std::string(kind) + "\n")) return message;
    }
  }
  void join(const std::shared_ptr<Channel>& channel) {
    channel->count(1);
    channel->carryBy([this](const Channel::Message& message) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(*message.bytes);
      sent_.notify_all();
    });
  }
  static json dataOf(const std::string& event) {
    const std::size_t begin = event.find("\ndata: ") + 7;
    return json::parse(event.substr(begin));
  }

  std::shared_ptr<MemoryHistory> history_ = std::make_shared<MemoryHistory>();
  std::atomic<int> watched_ = 0;
  std::mutex mutex_;
  std::condition_variable sent_;
  std::vector<std::string> messages_;
  std::unique_ptr<LiveStream> stream_;
};

TEST_F(LiveStreamOf, TenMinutesAreTheFirstThingThatAViewerGets) {
  read(9);
  const Response response = stream_->events({});
  EXPECT_EQ(response.contentType, "text/event-stream");
  EXPECT_THAT(response.body, StartsWith("event: initial_data\nid: "));
  const json data = dataOf(response.body);
  EXPECT_EQ(data["config"]["host"], "h");
  EXPECT_EQ(data["history"]["step"], 1000);
  EXPECT_EQ(data["history"]["start"], (9 - 599) * 1000);
  const json& column = data["history"]["charts"]["chart"]["one"];
  ASSERT_EQ(column.size(), 600U);
  EXPECT_EQ(column[599], 10.0);
  EXPECT_TRUE(column[589].is_null()) << "before the first sample";
  EXPECT_FALSE(data["history"]["charts"].contains("empty"));
}

TEST_F(LiveStreamOf, EachReadingIsToldOnceForAll) {
  read(8);
  const Response response = stream_->events({});
  join(response.channel);
  read(9);
  json data = dataOf(next("metrics_update"));
  if (data["timestamp"] == 8000) data = dataOf(next("metrics_update"));
  EXPECT_EQ(data["timestamp"], 9000);
  EXPECT_EQ(data["charts"], json::parse(R"({"chart": {"one": 10.0}})"));
  EXPECT_FALSE(data["system"].contains("cpuUsage")) << "what is unknown is absent";
  EXPECT_EQ(watched_, 1);
}

TEST_F(LiveStreamOf, AlertsAreToldWhenTheyBeginAndEnd) {
  history_->load("ALERTS{alertname=\"Hot\",alertstate=\"firing\",severity=\"critical\"}",
                 "_ _ _ _ 1 1 stale", 1000);
  read(3);
  const Response response = stream_->events({});
  join(response.channel);
  read(4);
  const std::string begun = next("alert_triggered");
  EXPECT_EQ(dataOf(begun)["message"], "Hot");
  EXPECT_EQ(dataOf(begun)["severity"], "critical");
  read(6);
  const std::string ended = next("alert_resolved");
  EXPECT_EQ(dataOf(ended)["id"], dataOf(begun)["id"]);
}

TEST_F(LiveStreamOf, NobodyWatchesIfNobodyLooks) { EXPECT_EQ(watched_, 0); }

TEST_F(LiveStreamOf, PagesOfOtherOriginsDoNotListen) {
  const Request request{.headers = {{"Host", "h:10190"}, {"Origin", "http://other:10190"}}};
  EXPECT_THROW(stream_->events(request), HttpError);
  EXPECT_THROW(stream_->socket(request), HttpError);
  const Request own{.headers = {{"Host", "h:10190"}, {"Origin", "http://h:10190"}}};
  EXPECT_EQ(stream_->events(own).status, 200);
}

TEST_F(LiveStreamOf, AViewerMayAskForLessOverAWebSocket) {
  const Response response =
      stream_->socket({.headers = {{"Upgrade", "websocket"},
                                   {"Sec-WebSocket-Version", "13"},
                                   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}});
  EXPECT_EQ(response.status, 101);
  const Channel::Asked& asked = response.channel->asked();
  EXPECT_EQ(asked(R"({"subscribe": {"interval": 5}})"), std::chrono::seconds(5));
  EXPECT_EQ(asked(R"({"subscribe": {}})"), std::chrono::seconds(1));
  for (const char* text :
       {"", "[]", "{}", R"({"subscribe": 5})", R"({"subscribe": {"interval": 0}})",
        R"({"subscribe": {"interval": 61}})"}) {
    EXPECT_EQ(asked(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http::live
