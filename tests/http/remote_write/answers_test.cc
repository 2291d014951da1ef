#include "http/remote_write/answers.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::remote_write {
namespace {

using std::chrono::milliseconds;

// Saturday, 25 October 2025, 12:00:00 UTC.
const auto kNow = std::chrono::system_clock::from_time_t(1761393600);

Judgement judged(int status, Protocol protocol = Protocol::kV1, const std::string& body = "",
                 http::Fields headers = {}, bool retryOnTooMany = true) {
  return judge({.status = status, .headers = std::move(headers), .body = body}, protocol,
               retryOnTooMany, kNow);
}

std::optional<milliseconds> waitOf(const std::string& field) {
  return judged(503, Protocol::kV1, "", {{"Retry-After", field}}).retryAfter;
}

TEST(RemoteWriteAnswers, TakeA2xxOf1ForDone) {
  for (const int status : {200, 202, 204}) EXPECT_EQ(judged(status).verdict, Verdict::kTaken);
}

TEST(RemoteWriteAnswers, TakeA2xxOf2ForDoneIfItSaysWhatWasWritten) {
  EXPECT_EQ(judged(204, Protocol::kV2).verdict, Verdict::kFallBack);
  for (const char* kind : {"Samples", "Histograms", "Exemplars"}) {
    const std::string name = std::string("x-prometheus-remote-write-") + kind + "-written";
    EXPECT_EQ(judged(204, Protocol::kV2, "", {{name, "0"}}).verdict, Verdict::kTaken) << kind;
  }
}

TEST(RemoteWriteAnswers, FallBackFrom2WhereTheReceiverDoesNotKnowIt) {
  EXPECT_EQ(judged(415, Protocol::kV2).verdict, Verdict::kFallBack);
  EXPECT_EQ(judged(400, Protocol::kV2, "Unsupported Content-Type").verdict, Verdict::kFallBack);
  EXPECT_EQ(judged(400, Protocol::kV2, "cannot decode Protobuf").verdict, Verdict::kFallBack);
  EXPECT_EQ(judged(400, Protocol::kV2, "out of order").verdict, Verdict::kRefused);
  EXPECT_EQ(judged(415, Protocol::kV1).verdict, Verdict::kRefused);
  EXPECT_EQ(judged(400, Protocol::kV1, "content type").verdict, Verdict::kRefused);
}

TEST(RemoteWriteAnswers, RefuseForGoodWithWhatTheReceiverSaid) {
  for (const int status : {300, 302, 400, 401, 403, 404, 409, 413, 422}) {
    EXPECT_EQ(judged(status).verdict, Verdict::kRefused) << status;
  }
  EXPECT_EQ(judged(400, Protocol::kV1, " out of\norder\n").reason, "400: out of order");
  EXPECT_EQ(judged(400).reason, "400");
  const std::string shortened =
      judged(400, Protocol::kV1, std::string(255, 'x') + "\u00e9y").reason;
  EXPECT_EQ(shortened, "400: " + std::string(255, 'x'));
}

TEST(RemoteWriteAnswers, RetryWhatTheReceiverMayTakeLater) {
  for (const int status : {500, 502, 503, 504, 599}) {
    EXPECT_EQ(judged(status).verdict, Verdict::kRetry) << status;
    EXPECT_EQ(judged(status, Protocol::kV2).verdict, Verdict::kRetry) << status;
  }
  EXPECT_EQ(judged(429).verdict, Verdict::kRetry);
  EXPECT_EQ(judged(429, Protocol::kV1, "", {}, false).verdict, Verdict::kRefused);
}

TEST(RemoteWriteAnswers, WaitAsLongAsTheReceiverSays) {
  EXPECT_EQ(judged(503, Protocol::kV1, "", {{"Retry-After", "7"}}).retryAfter, milliseconds(7000));
  EXPECT_EQ(judged(503).retryAfter, std::nullopt);
  EXPECT_EQ(waitOf("Sat, 25 Oct 2025 12:00:05 GMT"), milliseconds(5000));
  EXPECT_EQ(waitOf("Sat, 25 Oct 2025 11:00:00 GMT"), milliseconds(0));
}

TEST(RemoteWriteAnswers, WaitForTenMinutesAtMost) {
  EXPECT_EQ(waitOf("18446744073709551615"), std::chrono::minutes(10));
  EXPECT_EQ(waitOf("Sat, 25 Oct 2035 12:00:00 GMT"), std::chrono::minutes(10));
  for (const char* text : {"", "soon", "-1", "1.5", "Sat, 25 Oct 2025 12:00:05 GMT+1"}) {
    EXPECT_EQ(waitOf(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace orchestrator_exporter::remote_write
