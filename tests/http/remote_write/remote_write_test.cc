#include "http/remote_write/remote_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "http/remote_write/encoding/snappy.h"
#include "tests/http/remote_write/shown.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::remote_write {
namespace {

using orchestrator_exporter::test::httpAnswer;
using orchestrator_exporter::test::ReceivedRequest;
using orchestrator_exporter::test::ScriptedServer;
using orchestrator_exporter::test::TemporaryDirectory;
using std::chrono::milliseconds;
using test::shown;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr milliseconds kLong = std::chrono::minutes(1);

std::shared_ptr<const Snapshot> reading(std::int64_t time) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->time = std::chrono::system_clock::time_point(milliseconds(time));
  snapshot->gauge("a", "").add(static_cast<double>(time));
  return snapshot;
}

// One that sends the series a alone, and waits for a moment between its attempts.
DestinationSettings to(const std::string& url) {
  DestinationSettings settings;
  settings.name = "test";
  settings.send.url = url;
  settings.send.minBackoff = settings.send.maxBackoff = milliseconds(1);
  settings.encoder.labels.relabelling = {
      RelabelRule({.action = RelabelAction::kKeep, .sourceLabels = {"__name__"}, .regex = "a"})};
  settings.sendsMetadata = false;
  return settings;
}

void ignore(bool, const std::string&) {}

// What the requests carried, by their headers' protocol.
std::vector<std::string> linesOf(const std::vector<ReceivedRequest>& requests) {
  std::vector<std::string> lines;
  for (const ReceivedRequest& request : requests) {
    const bool isV2 = request.header("X-Prometheus-Remote-Write-Version") == "2.0.0";
    for (std::string& line : shown(request.body, isV2 ? Protocol::kV2 : Protocol::kV1)) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::string line(int time) {
  return R"({__name__="a"} )" + std::to_string(time) + " @" + std::to_string(time);
}

TEST(RemoteWrite, SendsReadingsByTheHeadersOf1) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  RemoteWrite sender({to(server.url("/write"))}, kLong, ignore);
  sender.take(reading(1));
  sender.take(reading(2));
  sender.stop(RemoteWrite::Series::kLeave);
  const auto requests = server.requests();
  EXPECT_THAT(linesOf(requests), ElementsAre(line(1), line(2)));
  EXPECT_EQ(requests[0].line, "POST /write HTTP/1.1");
  EXPECT_EQ(requests[0].header("Content-Type"), "application/x-protobuf");
  EXPECT_EQ(requests[0].header("Content-Encoding"), "snappy");
  EXPECT_EQ(requests[0].header("X-Prometheus-Remote-Write-Version"), "0.1.0");
  EXPECT_EQ(requests[1].connection, 0);
}

TEST(RemoteWrite, EndsItsSeriesWhenTheProgramEnds) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  DestinationSettings settings = to(server.url());
  settings.send.now = [] { return std::chrono::system_clock::time_point(milliseconds(9)); };
  RemoteWrite sender({settings}, kLong, ignore);
  sender.take(reading(1));
  sender.stop(RemoteWrite::Series::kEnd);
  EXPECT_THAT(linesOf(server.requests()), ElementsAre(line(1), R"({__name__="a"} ends @9)"));
}

TEST(RemoteWrite, SendsTheSameBytesAgainUntilTheyAreTaken) {
  const std::vector<std::string> answers = {
      httpAnswer(500),
      std::string(ScriptedServer::kClose),
      httpAnswer(429, "", "Retry-After: 0\r\n"),
      httpAnswer(503, "", "Retry-After: Sat, 25 Oct 2025 12:00:05 GMT\r\n"),
      "no answer\r\n\r\n",
      httpAnswer(200)};
  std::atomic<std::size_t> at = 0;
  const ScriptedServer server(
      [&](const ReceivedRequest&) { return answers[std::min(at++, answers.size() - 1)]; });
  RemoteWrite sender({to(server.url())}, kLong, ignore);
  sender.take(reading(1));
  sender.take(reading(2));
  sender.stop(RemoteWrite::Series::kLeave);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), answers.size() + 1);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_TRUE(requests[i].body == requests[0].body) << i;
  }
  EXPECT_EQ(linesOf(requests).back(), line(2));
}

TEST(RemoteWrite, GoesOnAfterWhatIsRefused) {
  const ScriptedServer server([](const ReceivedRequest& request) {
    return shown(request.body, Protocol::kV1).front() == line(1) ? httpAnswer(400, "out of order")
                                                                 : httpAnswer(204);
  });
  std::vector<std::string> told;
  RemoteWrite sender({to(server.url())}, kLong,
                     [&](bool, const std::string& message) { told.push_back(message); });
  sender.take(reading(1));
  sender.take(reading(2));
  sender.stop(RemoteWrite::Series::kLeave);
  EXPECT_THAT(linesOf(server.requests()), ElementsAre(line(1), line(2)));
  EXPECT_THAT(told, ElementsAre(HasSubstr("refused: 400: out of order")));
}

TEST(RemoteWrite, SendsAgainWhatTookTooLong) {
  std::atomic<bool> isFirst = true;
  const ScriptedServer server([&](const ReceivedRequest&) {
    return isFirst.exchange(false) ? std::string(ScriptedServer::kHang) : httpAnswer(204);
  });
  DestinationSettings settings = to(server.url());
  settings.send.client.timeout = milliseconds(50);
  RemoteWrite sender({settings}, kLong, ignore);
  sender.take(reading(1));
  EXPECT_TRUE(server.waitFor(2));
  sender.stop(RemoteWrite::Series::kLeave);
  EXPECT_EQ(linesOf(server.requests()).back(), line(1));
}

TEST(RemoteWrite, Speaks2ToAReceiverThatSaysWhatItWrote) {
  const ScriptedServer server([](const ReceivedRequest&) {
    return httpAnswer(204, "", "X-Prometheus-Remote-Write-Samples-Written: 1\r\n");
  });
  DestinationSettings settings = to(server.url());
  settings.encoder.protocol = Protocol::kV2;
  RemoteWrite sender({settings}, kLong, ignore);
  sender.take(reading(1));
  sender.stop(RemoteWrite::Series::kLeave);
  const auto requests = server.requests();
  EXPECT_THAT(linesOf(requests), ElementsAre(line(1)));
  EXPECT_EQ(requests[0].header("Content-Type"),
            "application/x-protobuf;proto=io.prometheus.write.v2.Request");
  EXPECT_EQ(requests[0].header("X-Prometheus-Remote-Write-Version"), "2.0.0");
}

TEST(RemoteWrite, FallsBackFrom2AndStaysThere) {
  for (const std::string& refusal : {httpAnswer(415), httpAnswer(204)}) {
    const ScriptedServer server([&](const ReceivedRequest& request) {
      return request.header("X-Prometheus-Remote-Write-Version") == "2.0.0" ? refusal
                                                                            : httpAnswer(204);
    });
    DestinationSettings settings = to(server.url());
    settings.encoder.protocol = Protocol::kV2;
    int told = 0;
    RemoteWrite sender({settings}, kLong, [&](bool, const std::string&) { ++told; });
    for (int time = 1; time <= 3; ++time) {
      sender.take(reading(time));
      server.waitFor(static_cast<std::size_t>(time) + 1);
    }
    sender.stop(RemoteWrite::Series::kLeave);
    EXPECT_THAT(linesOf(server.requests()), ElementsAre(line(1), line(1), line(2), line(3)));
    EXPECT_EQ(told, 1);
  }
}

TEST(RemoteWrite, KeepsWhatWasNotTakenForTheNextStart) {
  const TemporaryDirectory temporary;
  std::atomic<bool> isUp = false;
  const ScriptedServer server(
      [&](const ReceivedRequest&) { return isUp ? httpAnswer(204) : httpAnswer(503); });
  DestinationSettings settings = to(server.url());
  settings.queue.directory = temporary.path() / "queue";
  settings.queue.freeShare = [](const std::filesystem::path&) { return 1.0; };
  {
    RemoteWrite sender({settings}, milliseconds(0), ignore);
    sender.take(reading(1));
    sender.take(reading(2));
    sender.stop(RemoteWrite::Series::kLeave);
  }
  isUp = true;
  RemoteWrite sender({settings}, kLong, ignore);
  sender.take(reading(3));
  sender.stop(RemoteWrite::Series::kLeave);
  // However often the first was tried before.
  std::vector<std::string> lines = linesOf(server.requests());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  EXPECT_THAT(lines, ElementsAre(line(1), line(2), line(3)));
}

TEST(RemoteWrite, SendsNothingThatIsTooOld) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  DestinationSettings settings = to(server.url());
  settings.send.sampleAgeLimit = milliseconds(10);
  settings.send.now = [] { return std::chrono::system_clock::time_point(milliseconds(12)); };
  RemoteWrite sender({settings}, kLong, ignore);
  for (const int time : {1, 2}) sender.take(reading(time));
  sender.stop(RemoteWrite::Series::kLeave);
  EXPECT_THAT(linesOf(server.requests()), ElementsAre(line(2)));
}

TEST(RemoteWrite, LetsNoDestinationWaitForAnother) {
  const ScriptedServer stuck(
      [](const ReceivedRequest&) { return std::string(ScriptedServer::kHang); });
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  DestinationSettings other = to(stuck.url());
  other.name = "stuck";
  RemoteWrite sender({other, to(server.url())}, milliseconds(0), ignore);
  sender.take(reading(1));
  sender.take(reading(2));
  EXPECT_TRUE(server.waitFor(2));
  EXPECT_TRUE(stuck.waitFor(1));
  EXPECT_EQ(stuck.requests().size(), 1u);
}

TEST(RemoteWrite, TellsOfFamiliesInARequestOfItsOwn) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  DestinationSettings settings = to(server.url());
  settings.sendsMetadata = true;
  RemoteWrite sender({settings}, kLong, ignore);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->time = std::chrono::system_clock::time_point(milliseconds(1'000'000'000'000));
  snapshot->counter("c_total", "Help.", "").add(1);
  sender.take(snapshot);
  EXPECT_TRUE(server.waitFor(1));
  sender.stop(RemoteWrite::Series::kLeave);
  // MetricMetadata in field 3: type 1 (counter), name 2, help 4.
  const std::string entry = std::string("\x08\x01\x12\x07") + "c_total" + "\x22\x05" + "Help.";
  std::vector<std::string> bodies;
  for (const ReceivedRequest& request : server.requests()) bodies.push_back(unpacked(request.body));
  EXPECT_THAT(bodies,
              testing::Contains(std::string("\x1a") + static_cast<char>(entry.size()) + entry));
}

TEST(RemoteWrite, HasReadingsInItsQueueWhenItIsDrained) {
  const TemporaryDirectory directory;
  const ScriptedServer server(
      [](const ReceivedRequest&) { return std::string(ScriptedServer::kHang); });
  DestinationSettings settings = to(server.url());
  settings.queue.directory = directory.path() / "queue";
  // However full the disk under the tests is.
  settings.queue.freeShare = [](const std::filesystem::path&) { return 1.0; };
  {
    RemoteWrite sender({settings}, milliseconds(0), ignore);
    sender.take(reading(1));
    sender.drain();
    sender.stop(RemoteWrite::Series::kLeave);
  }
  EXPECT_EQ(BlockQueue({.directory = directory.path() / "queue"}).figures().waiting.blocks, 1u);
}

TEST(RemoteWrite, TellsHowItFaresUnderPrometheusNamesWithoutSecrets) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  DestinationSettings settings =
      to("http://user:secret@127.0.0.1:" + std::to_string(server.port()) + "/");
  RemoteWrite sender({settings}, kLong, ignore);
  sender.take(reading(2500));
  sender.stop(RemoteWrite::Series::kLeave);
  Snapshot told;
  told.time = std::chrono::system_clock::time_point(milliseconds(1));
  sender.collect(told);
  std::vector<std::string> lines;
  Encoder encoder({});
  encoder.encode(told, [&](std::size_t, const Block& block) { lines = shown(block); });
  const std::string labels =
      R"(",remote_name="test",url="http://127.0.0.1:)" + std::to_string(server.port()) + R"(/"})";
  const std::string prefix = R"({__name__="prometheus_remote_storage_)";
  EXPECT_THAT(
      lines, testing::IsSupersetOf(
                 {prefix + "samples_total" + labels + " 1 @1",
                  prefix + "samples_failed_total" + labels + " 0 @1",
                  prefix + "samples_pending" + labels + " 0 @1",
                  prefix + "queue_highest_sent_timestamp_seconds" + labels + " 2.5 @1",
                  prefix + R"(histograms_in_total"} 0 @1)", prefix + R"(exemplars_in_total"} 0 @1)",
                  prefix + R"(highest_timestamp_in_seconds"} 2.5 @1)"}));
  EXPECT_THAT(lines, testing::Each(testing::Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace orchestrator_exporter::remote_write
