#include "http/grpc/message.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::grpc {

using std::string_literals::operator""s;

TEST(GrpcMessage, StandsBehindItsSize) {
  const std::string bytes = framed("hello");
  EXPECT_EQ(bytes, "\0\0\0\0\5hello"s);
  EXPECT_EQ(sizeOf(bytes), 5u);
  EXPECT_EQ(onlyMessage(bytes).bytes, "hello");
  EXPECT_FALSE(onlyMessage(bytes).packed);
}

TEST(GrpcMessage, MayBeEmpty) { EXPECT_EQ(onlyMessage(framed("")).bytes, ""); }

TEST(GrpcMessage, MayBePacked) { EXPECT_TRUE(onlyMessage("\1\0\0\0\1x"s).packed); }

TEST(GrpcMessage, HasItsSizeInFourBytes) {
  EXPECT_EQ(sizeOf("\0\xFF\xFF\xFF\xFF"s), 0xFFFFFFFFu);
  EXPECT_EQ(sizeOf("\0\1\2\3\4"s), 0x01020304u);
  EXPECT_EQ(sizeOf("\0\0\0\0"s), std::nullopt);
}

TEST(GrpcMessage, IsTheOnlyOneOfItsCall) {
  EXPECT_THROW(onlyMessage(""), ParseError);
  EXPECT_THROW(onlyMessage("\0\0\0\0"s), ParseError);
  EXPECT_THROW(onlyMessage("\0\0\0\0\2x"s), ParseError);
  EXPECT_THROW(onlyMessage(framed("a") + framed("b")), ParseError);
  EXPECT_THROW(onlyMessage("\2\0\0\0\1x"s), ParseError);
}

}  // namespace orchestrator_exporter::http::grpc
