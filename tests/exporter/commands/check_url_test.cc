#include "exporter/commands/check_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/commands/command.h"
#include "tests/support/child_process.h"
#include "tests/support/fake_http_server.h"

namespace orchestrator_exporter::commands {

namespace {

std::string urlOf(int port) { return "http://127.0.0.1:" + std::to_string(port) + "/-/healthy"; }

TEST(CheckUrl, IsDoneIfTheAnswerHasAStatusOf2xx) {
  const FakeHttpServer server("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(checkUrl(urlOf(server.port())), kDone);
  EXPECT_THAT(server.request(), testing::StartsWith("GET /-/healthy HTTP/1.1\r\n"));
}

TEST(CheckUrl, TellsWhichOtherStatusTheAnswerHas) {
  const FakeHttpServer server("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  testing::internal::CaptureStderr();
  EXPECT_EQ(checkUrl(urlOf(server.port())), kCouldNot);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "orchestrator_exporter: " + urlOf(server.port()) + ": the status is 503\n");
}

TEST(CheckUrl, TellsThatNobodyListens) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(checkUrl(urlOf(test::freePort())), kCouldNot);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("Connection refused"));
}

}  // namespace

}  // namespace orchestrator_exporter::commands
