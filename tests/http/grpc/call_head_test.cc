#include "http/grpc/call_head.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http::grpc {
namespace {

Fields fieldsOf(const Fields& more, const std::string& path = "/s.S/M") {
  Fields fields = {
      {":method", "POST"}, {":scheme", "http"}, {":path", path}, {":authority", "localhost:4317"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

int refusalOf(const Fields& fields) {
  try {
    callHead(fields);
    return 0;
  } catch (const HttpError& error) {
    return error.status();
  }
}

}  // namespace

TEST(CallHead, HasWhatTheFieldsSay) {
  const RequestHead head = callHead(fieldsOf({{"authorization", "Bearer x"}}));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/s.S/M");
  EXPECT_EQ(head.host, "localhost:4317");
  EXPECT_EQ(head.header("Authorization"), "Bearer x");
  EXPECT_TRUE(head.http2);
}

TEST(CallHead, LeavesTheSizeOfTheBodyToTheFrames) {
  const RequestHead head =
      callHead(fieldsOf({{"content-length", "7"}, {"transfer-encoding", "chunked"}}));
  EXPECT_EQ(head.contentLength, std::nullopt);
  EXPECT_FALSE(head.chunked);
}

TEST(CallHead, HasNoFieldThatIsTwo) {
  EXPECT_EQ(refusalOf(fieldsOf({{"a", "b\r\nauthorization: Bearer x"}})), 400);
  EXPECT_EQ(refusalOf(fieldsOf({{"a", "b\nc"}})), 400);
  EXPECT_EQ(refusalOf(fieldsOf({{"a\r\nb", "c"}})), 400);
  EXPECT_EQ(refusalOf(fieldsOf({}, "/s HTTP/1.1\r\nx: y\r\n\r\n")), 400);
  EXPECT_EQ(refusalOf(fieldsOf({{"a b", "c"}})), 400);
}

TEST(CallHead, NeedsMethodAndPath) {
  EXPECT_EQ(refusalOf({}), 400);
  EXPECT_EQ(refusalOf(fieldsOf({}, "")), 400);
}

TEST(CallHead, HasAsManyFieldsAsOneOfHttp1) {
  EXPECT_EQ(refusalOf(fieldsOf(Fields(kMaxFields, {"a", "b"}))), 431);
}

TEST(CallHead, TellsCallsByTheirMediaType) {
  EXPECT_TRUE(isGrpc("application/grpc"));
  EXPECT_TRUE(isGrpc("application/grpc+proto"));
  EXPECT_TRUE(isGrpc("application/grpc; charset=utf-8"));
  EXPECT_FALSE(isGrpc("application/grpc+json"));
  EXPECT_FALSE(isGrpc("application/grpc-web"));
  EXPECT_FALSE(isGrpc("application/x-protobuf"));
  EXPECT_FALSE(isGrpc(""));
}

}  // namespace orchestrator_exporter::http::grpc
