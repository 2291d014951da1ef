#include <gtest/gtest.h>

#include "tests/exporter/probes/probed.h"
#include "tests/exporter/probes/socket_server.h"
#include "tests/support/scripted_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using orchestrator_exporter::test::httpAnswer;
using orchestrator_exporter::test::ReceivedRequest;
using orchestrator_exporter::test::ScriptedServer;

Module httpModule() {
  Module module;
  module.prober = Prober::kHttp;
  return module;
}

TEST(HttpProbe, TellsStatusVersionAndLengths) {
  const ScriptedServer server([](const ReceivedRequest&) {
    return httpAnswer(200, "hello", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n");
  });
  const Probed found = probed(httpModule(), server.url("/path?a=1"));
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_success"), "1");
  EXPECT_EQ(found.value("probe_http_status_code"), "200");
  EXPECT_EQ(found.value("probe_http_version"), "1.1");
  EXPECT_EQ(found.value("probe_http_content_length"), "5");
  EXPECT_EQ(found.value("probe_http_uncompressed_body_length"), "5");
  EXPECT_EQ(found.value("probe_http_redirects"), "0");
  EXPECT_EQ(found.value("probe_http_ssl"), "0");
  EXPECT_EQ(found.value("probe_failed_due_to_regex"), "0");
  EXPECT_EQ(found.value("probe_ip_protocol"), "4");
  EXPECT_EQ(found.value("probe_http_last_modified_timestamp_seconds"), "1445412480");
  EXPECT_EQ(server.requests().front().line, "GET /path?a=1 HTTP/1.1");
}

TEST(HttpProbe, TakesATargetWithoutAScheme) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(204); });
  EXPECT_TRUE(probed(httpModule(), "127.0.0.1:" + std::to_string(server.port())).isSuccess);
}

TEST(HttpProbe, FailsForAStatusThatIsNotWanted) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(503); });
  const Probed found = probed(httpModule(), server.url());
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_http_status_code"), "503");
  Module module = httpModule();
  module.http.validStatusCodes = {503};
  EXPECT_TRUE(probed(module, server.url()).isSuccess);
}

TEST(HttpProbe, FollowsRedirectsAndCountsThem) {
  const ScriptedServer server([](const ReceivedRequest& request) {
    return request.line.starts_with("GET /end") ? httpAnswer(200)
                                                : httpAnswer(302, "", "Location: /end\r\n");
  });
  const Probed followed = probed(httpModule(), server.url());
  EXPECT_TRUE(followed.isSuccess);
  EXPECT_EQ(followed.value("probe_http_redirects"), "1");
  Module module = httpModule();
  module.http.client.followRedirects = false;
  const Probed stopped = probed(module, server.url());
  EXPECT_FALSE(stopped.isSuccess);
  EXPECT_EQ(stopped.value("probe_http_status_code"), "302");
}

TEST(HttpProbe, EndsAnEndlessRedirect) {
  const ScriptedServer server(
      [](const ReceivedRequest&) { return httpAnswer(302, "", "Location: /\r\n"); });
  const Probed found = probed(httpModule(), server.url());
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(server.requests().size(), 11U);
}

TEST(HttpProbe, MatchesBodiesAndHeaders) {
  const ScriptedServer server(
      [](const ReceivedRequest&) { return httpAnswer(200, "all is well", "X-State: up\r\n"); });
  Module module = httpModule();
  module.http.bodyMustMatch = {Expression("is w.ll")};
  module.http.headerMustMatch = {{"x-state", Expression("^up$"), false}};
  EXPECT_TRUE(probed(module, server.url()).isSuccess);
  module.http.bodyMustNotMatch = {Expression("well")};
  const Probed found = probed(module, server.url());
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_failed_due_to_regex"), "1");
}

TEST(HttpProbe, FailsForAHeaderThatIsMissingUnlessItMayBe) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200); });
  Module module = httpModule();
  module.http.headerMustNotMatch = {{"X-State", Expression("down"), false}};
  EXPECT_FALSE(probed(module, server.url()).isSuccess);
  module.http.headerMustNotMatch.front().allowsMissing = true;
  EXPECT_TRUE(probed(module, server.url()).isSuccess);
}

TEST(HttpProbe, SaysTheHostNameThatItIsGiven) {
  const ScriptedServer server([](const ReceivedRequest&) { return httpAnswer(200); });
  EXPECT_TRUE(probed(httpModule(), server.url(), {}, "shop.example").isSuccess);
  EXPECT_EQ(server.requests().front().header("Host"), "shop.example");
}

TEST(HttpProbe, KnowsNothingOfAPortWhereNobodyListens) {
  const Probed found = probed(httpModule(), "http://127.0.0.1:" + std::to_string(refusedPort()));
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_http_status_code"), "0");
  EXPECT_EQ(found.value("probe_http_version"), "0");
  EXPECT_EQ(found.value("probe_ip_protocol"), "4");
}

TEST(HttpProbe, IsFailedAtItsDeadline) {
  const ScriptedServer server([](const ReceivedRequest&) { return std::string("hang"); });
  const Probed found = probed(httpModule(), server.url(), {}, "", std::chrono::milliseconds(50));
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_http_status_code"), "0");
}

TEST(HttpProbe, RefusesABodyThatIsTooLarge) {
  const ScriptedServer server(
      [](const ReceivedRequest&) { return httpAnswer(200, std::string(100, 'x')); });
  Module module = httpModule();
  module.http.bodySizeLimit = 99;
  EXPECT_FALSE(probed(module, server.url()).isSuccess);
  module.http.bodySizeLimit = 100;
  EXPECT_TRUE(probed(module, server.url()).isSuccess);
}

TEST(HttpProbe, AsksNoDeniedNetworkNotEvenByARedirect) {
  const ScriptedServer server([](const ReceivedRequest&) {
    return httpAnswer(302, "", "Location: http://192.0.2.1/\r\n");
  });
  Surroundings surroundings;
  surroundings.denied = DeniedNetworks({"192.0.2.0/24"});
  const Probed found = probed(httpModule(), server.url(), surroundings);
  EXPECT_FALSE(found.isSuccess);
  EXPECT_NE(found.trace.find("192.0.2.1 is in a network that must not be asked"),
            std::string::npos);
  surroundings.denied = DeniedNetworks({"127.0.0.0/8"});
  probed(httpModule(), server.url(), surroundings);
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
