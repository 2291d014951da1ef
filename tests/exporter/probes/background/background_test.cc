#include "exporter/probes/background/background.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/exporter/probes/dns_answers.h"
#include "tests/exporter/probes/probed.h"
#include "tests/exporter/probes/socket_server.h"
#include "tests/support/expositions.h"
#include "tests/support/scripted_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using orchestrator_exporter::test::httpAnswer;
using orchestrator_exporter::test::ReceivedRequest;
using orchestrator_exporter::test::ScriptedServer;

RegularProbe httpProbe(const std::string& name, const std::string& url,
                       std::chrono::milliseconds interval) {
  return {
      .name = name, .target = url, .moduleName = "http_2xx", .module = {}, .interval = interval};
}

std::string textOf(Source& source) {
  return exposeText([&](Sink& out) { source.collect(out); });
}

TEST(BackgroundProbes, LookAgainAndAgain) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200, "body"); });
  BackgroundProbes background{Surroundings()};
  background.setProbes({httpProbe("shop", server.url(), std::chrono::milliseconds(250))});
  ASSERT_TRUE(server.waitFor(3));
  const std::string text = textOf(background);
  EXPECT_NE(text.find("probe_success{probe=\"shop\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("probe_http_duration_seconds{phase=\"connect\",probe=\"shop\"} "),
            std::string::npos);
  EXPECT_NE(text.find("probe_latency_seconds_count{probe=\"shop\"} "), std::string::npos);
  EXPECT_NE(text.find("probe_requests_total{outcome=\"failure\",probe=\"shop\"} 0\n"),
            std::string::npos);
}

TEST(BackgroundProbes, SayNothingOfATargetThatWasNotAskedYet) {
  const ScriptedServer server([](const ReceivedRequest&) { return std::string("hang"); });
  BackgroundProbes background{Surroundings()};
  background.setProbes({httpProbe("shop", server.url(), std::chrono::hours(1))});
  ASSERT_TRUE(server.waitFor(1));
  EXPECT_EQ(textOf(background), "");
}

TEST(BackgroundProbes, AreNotDelayedByThoseThatHang) {
  const ScriptedServer hanging([](const ReceivedRequest&) { return std::string("hang"); });
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200); });
  BackgroundProbes background{Surroundings()};
  std::vector<RegularProbe> probes;
  constexpr std::size_t kHanging = 40;
  for (std::size_t i = 0; i < kHanging; ++i) {
    probes.push_back(
        httpProbe("hangs" + std::to_string(i), hanging.url(), std::chrono::seconds(10)));
  }
  probes.push_back(httpProbe("shop", server.url(), std::chrono::milliseconds(250)));
  background.setProbes(probes);
  // The first of those that hang begins at once and takes its ten seconds.
  EXPECT_TRUE(server.waitFor(4));
  EXPECT_FALSE(hanging.requests().empty());
}

// After one and a half times as many questions as there are targets, none waits for its first one.
TEST(BackgroundProbes, TakeAThousandTargetsInTurn) {
  constexpr int kTargets = 1000;
  std::atomic<int> asked = 0;
  std::promise<void> wereAsked;
  const DatagramServer server([&](std::string_view question) {
    if (++asked == kTargets * 3 / 2) wereAsked.set_value();
    return answerTo(question, "", 0);
  });
  RegularProbe probe{.name = {},
                     .target = "127.0.0.1:" + std::to_string(server.port()),
                     .moduleName = "names",
                     .module = {},
                     .interval = std::chrono::seconds(1)};
  probe.module.prober = Prober::kDns;
  probe.module.dns.name = "shop.example";
  std::vector<RegularProbe> probes;
  for (int i = 0; i < kTargets; ++i) {
    probe.name = std::to_string(i);
    probes.push_back(probe);
  }
  BackgroundProbes background{Surroundings()};
  background.setProbes(probes);
  ASSERT_EQ(wereAsked.get_future().wait_for(std::chrono::minutes(1)), std::future_status::ready);
  const std::string text = textOf(background);
  for (const RegularProbe& each : probes) {
    const std::string series =
        "\nprobe_requests_total{outcome=\"success\",probe=\"" + each.name + "\"} ";
    EXPECT_NE(text.find(series), std::string::npos) << each.name;
    EXPECT_EQ(text.find(series + "0\n"), std::string::npos) << each.name;
  }
}

TEST(BackgroundProbes, GiveUpAtTheEnd) {
  const ScriptedServer server([](const ReceivedRequest&) { return std::string("hang"); });
  BackgroundProbes background{Surroundings()};
  background.setProbes({httpProbe("shop", server.url(), std::chrono::hours(1))});
  // The end of the test does not wait for the hour.
  EXPECT_TRUE(server.waitFor(1));
}

TEST(BackgroundProbes, KeepTheCountsOfAProbeThatStays) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200); });
  BackgroundProbes background{Surroundings()};
  const RegularProbe probe = httpProbe("shop", server.url(), std::chrono::milliseconds(250));
  background.setProbes({probe});
  ASSERT_TRUE(server.waitFor(3));
  background.setProbes({probe, httpProbe("other", server.url(), std::chrono::hours(1))});
  const std::string text = textOf(background);
  EXPECT_NE(text.find("probe_success{probe=\"shop\"} 1\n"), std::string::npos) << text;
  background.setProbes({});
  EXPECT_EQ(textOf(background), "");
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
