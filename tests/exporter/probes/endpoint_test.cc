#include "exporter/probes/endpoint.h"

#include <gtest/gtest.h>

#include "tests/exporter/probes/probed.h"
#include "tests/exporter/probes/socket_server.h"
#include "tests/support/scripted_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using orchestrator_exporter::test::httpAnswer;
using orchestrator_exporter::test::ReceivedRequest;
using orchestrator_exporter::test::ScriptedServer;

ProbeEndpoint endpointOf(const Module& module, unsigned most = 8) {
  const auto modules = std::make_shared<const Modules>(Modules{{"http_2xx", module}});
  return {[modules] { return modules; }, std::make_shared<const Surroundings>(), most};
}

http::Request requestOf(http::Fields parameters) {
  return {.path = "/probe", .parameters = std::move(parameters)};
}

std::string bodyOf(const http::Response& response) {
  std::string body = response.body;
  for (const std::string_view part : response.parts) body += part;
  return body;
}

TEST(ProbeEndpoint, AnswersWithWhatWasFound) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200); });
  ProbeEndpoint endpoint = endpointOf({});
  const http::Response answer = endpoint.answer(requestOf({{"target", server.url()}}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(bodyOf(answer).find("\nprobe_success 1\n"), std::string::npos) << bodyOf(answer);
  EXPECT_EQ(bodyOf(answer).find("What happened"), std::string::npos);
}

TEST(ProbeEndpoint, TellsWhatHappenedIfAsked) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(500); });
  ProbeEndpoint endpoint = endpointOf({});
  const http::Response answer =
      endpoint.answer(requestOf({{"target", server.url()}, {"debug", "true"}}));
  EXPECT_NE(answer.body.find("the status is 500"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("probe_success 0"), std::string::npos);
}

TEST(ProbeEndpoint, RefusesAModuleThatThereIsNot) {
  ProbeEndpoint endpoint = endpointOf({});
  EXPECT_THROW(endpoint.answer(requestOf({{"target", "x"}, {"module", "none"}})), http::HttpError);
  EXPECT_EQ(endpoint.unknownModules(), 1U);
  EXPECT_THROW(endpoint.answer(requestOf({})), http::HttpError);
  EXPECT_EQ(endpoint.unknownModules(), 1U);
}

TEST(ProbeEndpoint, HasALimit) {
  ProbeEndpoint endpoint = endpointOf({}, 0);
  try {
    endpoint.answer(requestOf({{"target", "127.0.0.1"}}));
    FAIL();
  } catch (const http::HttpError& error) {
    EXPECT_EQ(error.status(), 503);
  }
}

TEST(ProbeEndpoint, LeavesTheScraperHalfASecond) {
  const ScriptedServer server([](const ReceivedRequest&) { return std::string("hang"); });
  ProbeEndpoint endpoint = endpointOf({});
  http::Request request = requestOf({{"target", server.url()}});
  request.headers = {{"X-Prometheus-Scrape-Timeout-Seconds", "0.55"}};
  const http::Response answer = endpoint.answer(request);
  EXPECT_NE(bodyOf(answer).find("\nprobe_success 0\n"), std::string::npos);
}

TEST(IcmpProbe, EchoesOnLoopbackIfTheHostAllowsIt) {
  Module module;
  module.prober = Prober::kIcmp;
  const Probed found = probed(module, "127.0.0.1");
  if (!found.isSuccess && found.trace.find("CAP_NET_RAW") != std::string::npos) {
    GTEST_SKIP() << found.trace;
  }
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_icmp_reply_hop_limit"), "64");
  EXPECT_NE(found.value(R"(probe_icmp_duration_seconds{phase="rtt"})"), "absent");
}

TEST(IcmpProbe, EchoesAPayloadOfItsSize) {
  Module module;
  module.prober = Prober::kIcmp;
  module.icmp.payloadSize = 1200;
  const Probed found = probed(module, "::1");
  if (!found.isSuccess && found.trace.find("CAP_NET_RAW") != std::string::npos) {
    GTEST_SKIP() << found.trace;
  }
  if (found.trace.find("address") != std::string::npos && !found.isSuccess) {
    GTEST_SKIP() << "no IPv6 on this host: " << found.trace;
  }
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_ip_protocol"), "6");
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
