#include "http/grpc/status.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http::grpc {

TEST(GrpcStatus, SaysWhatHttpSays) {
  EXPECT_EQ(statusOf(200), Status::kOk);
  EXPECT_EQ(statusOf(400), Status::kInvalidArgument);
  EXPECT_EQ(statusOf(401), Status::kUnauthenticated);
  EXPECT_EQ(statusOf(403), Status::kPermissionDenied);
  EXPECT_EQ(statusOf(404), Status::kUnimplemented);
  EXPECT_EQ(statusOf(413), Status::kResourceExhausted);
  EXPECT_EQ(statusOf(503), Status::kUnavailable);
  EXPECT_EQ(statusOf(500), Status::kInternal);
  EXPECT_EQ(statusOf(418), Status::kUnknown);
}

TEST(GrpcStatus, EncodesMessagesByPercent) {
  EXPECT_EQ(percentEncoded("expected a number, got 'x'"), "expected a number, got 'x'");
  EXPECT_EQ(percentEncoded("100 %\n"), "100 %25%0A");
  EXPECT_EQ(percentEncoded("f\xC3\xBCr"), "f%C3%BCr");
  EXPECT_EQ(percentEncoded("\x7F"), "%7F");
}

}  // namespace orchestrator_exporter::http::grpc
