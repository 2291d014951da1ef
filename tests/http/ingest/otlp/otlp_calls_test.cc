#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/grpc/message.h"
#include "http/ingest/otlp/otlp_endpoints.h"
#include "http/server/compression.h"
#include "metrics/base/errors.h"
#include "tests/support/expositions.h"
#include "tests/support/otlp_messages.h"

// The calls of gRPC, as the server hands them to their endpoints.
namespace orchestrator_exporter::http::otlp {
namespace {

namespace message = orchestrator_exporter::test::otlp;
using testing::HasSubstr;

std::string sumOf(const std::string& name, double value) {
  return message::request(
      {{"service.name", "svc"}}, "scope",
      {message::metric({.name = name, .points = {message::numberPoint({.value = value})}})});
}

class OtlpCalls : public testing::Test {
 protected:
  Response call(const std::string& body, Fields headers = {}) {
    Request request{.method = "POST", .path = std::string(kMetricsCall), .body = body};
    request.headers = std::move(headers);
    return metricsCall(door, rules)(request);
  }
  int refusalOf(const std::string& body, Fields headers = {}) {
    try {
      return call(body, std::move(headers)).status;
    } catch (const HttpError& error) {
      return error.status();
    }
  }
  std::string page() {
    return exposeText([this](Sink& out) {
      store.collect(out);
      door.statistics().collect(out);
    });
  }

  PushedMetrics store{{}};
  IngestDoor door{store, 1'000'000, [](const std::string&) {}};
  MetricsRules rules;
};

std::string packed(std::string_view text) {
  Gzip gzip;
  TextBuffer buffer;
  gzip.compress({&text, 1}, buffer);
  std::string framed = grpc::framed(buffer.view());
  framed.front() = 1;
  return framed;
}

}  // namespace

TEST_F(OtlpCalls, BringTheirMessage) {
  const Response answer = call(grpc::framed(sumOf("jobs", 3)));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_THAT(page(), HasSubstr("jobs_total{orchestrator_id=\"svc\",service_name=\"svc\"} 3"));
}

TEST_F(OtlpCalls, MayBePacked) {
  call(packed(sumOf("jobs", 3)), {{"grpc-encoding", "gzip"}});
  EXPECT_THAT(page(), HasSubstr("jobs_total{orchestrator_id=\"svc\",service_name=\"svc\"} 3"));
}

TEST_F(OtlpCalls, SayHowTheyArePacked) {
  EXPECT_THROW(call(packed("")), ParseError);
  EXPECT_EQ(refusalOf(packed(""), {{"grpc-encoding", "deflate"}}), 415);
}

TEST_F(OtlpCalls, MayBeUnpackedThoughTheirCallerCouldPack) {
  EXPECT_EQ(call(grpc::framed(sumOf("jobs", 3)), {{"grpc-encoding", "gzip"}}).status, 200);
}

TEST_F(OtlpCalls, AreNoBombs) {
  EXPECT_EQ(refusalOf(packed(std::string(2'000'000, '\0')), {{"grpc-encoding", "gzip"}}), 413);
}

TEST_F(OtlpCalls, ThatCannotBeReadAreRefused) {
  EXPECT_THROW(call(grpc::framed("\xFF\xFF")), ParseError);
  EXPECT_THROW(call(""), ParseError);
}

TEST_F(OtlpCalls, TellOfPointsThatWereRefused) {
  const Response answer = call(grpc::framed(sumOf("", 3)));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("name"));
}

TEST_F(OtlpCalls, CountAsOthersOfTheirProtocol) {
  call(grpc::framed(sumOf("jobs", 3)));
  EXPECT_THAT(page(), HasSubstr("orchestrator_exporter_ingest_requests_total{code=\"200\","
                                "protocol=\"otlp_metrics\"} 1\n"));
}

}  // namespace orchestrator_exporter::http::otlp
