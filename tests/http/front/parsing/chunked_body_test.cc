#include "http/front/parsing/chunked_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/chunked_body_invariants.h"

namespace orchestrator_exporter::http {
namespace {

using namespace std::string_literals;
using test::BodyOutcome;
using test::bodyOutcome;
using testing::HasSubstr;

constexpr std::size_t kLimit = 1000;

BodyOutcome decoded(std::string_view bytes, std::size_t limit = kLimit) {
  return bodyOutcome(bytes, limit, bytes.size());
}

std::string bodyOf(std::string_view bytes) {
  const BodyOutcome outcome = decoded(bytes);
  return outcome.done ? outcome.body : "not done: " + outcome.reason;
}

TEST(ChunkedBody, JoinsChunks) {
  EXPECT_EQ(bodyOf("5\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n"), "hello 0123456789");
  EXPECT_EQ(bodyOf("0\r\n\r\n"), "");
  EXPECT_EQ(bodyOf("0005\r\n\r\n\0\r\n\r\n000\r\n\r\n"s), "\r\n\0\r\n"s);
}

TEST(ChunkedBody, ReadsSizesInBothCases) {
  const std::string data(0xAB, 'x');
  EXPECT_EQ(bodyOf("ab\r\n" + data + "\r\n0\r\n\r\n"), data);
  EXPECT_EQ(bodyOf("AB\r\n" + data + "\r\n0\r\n\r\n"), data);
}

TEST(ChunkedBody, TakesNothingOfTheNextRequest) {
  const BodyOutcome outcome = decoded("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
  EXPECT_TRUE(outcome.done);
  EXPECT_EQ(outcome.taken, 11U);

  ChunkedBody decoder(kLimit);
  std::string body;
  EXPECT_EQ(decoder.feed("0\r\n\r\n", body), 5U);
  EXPECT_EQ(decoder.feed("GET", body), 0U);
}

TEST(ChunkedBody, IsNotDoneBeforeTheLastByte) {
  const std::string bytes = "5;a=b\r\nhello\r\n0\r\nX-A: b\r\n\r\n";
  ChunkedBody decoder(kLimit);
  std::string body;
  for (const char& byte : bytes) {
    EXPECT_FALSE(decoder.done());
    EXPECT_EQ(decoder.feed({&byte, 1}, body), 1U);
  }
  EXPECT_TRUE(decoder.done());
  EXPECT_EQ(body, "hello");
}

TEST(ChunkedBody, PassesOverExtensions) {
  EXPECT_EQ(bodyOf("5;a\r\nhello\r\n0;b=c;d=\"e \xC3\xA4\"\r\n\r\n"), "hello");
  EXPECT_EQ(bodyOf("5 \t; a = b \r\nhello\r\n0\r\n\r\n"), "hello");
  EXPECT_EQ(bodyOf("5;" + std::string(255, 'a') + "\r\nhello\r\n0\r\n\r\n"), "hello");
}

TEST(ChunkedBody, PassesOverTrailerFields) {
  EXPECT_EQ(bodyOf("1\r\na\r\n0\r\nX-A: b\r\nContent-Length: \t9\r\nC:\r\n\r\n"), "a");
  const std::string value((16U << 10) - 7, 'b');
  EXPECT_EQ(bodyOf("0\r\nA: " + value + "\r\n\r\n"), "");
}

TEST(ChunkedBody, MayBeAsLargeAsItsLimit) {
  EXPECT_EQ(decoded("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 5).body, "abcde");
  EXPECT_EQ(decoded("0\r\n\r\n", 0).status, 0);
}

TEST(ChunkedBody, IsRefusedBeforeTheDataThatIsTooMuch) {
  const BodyOutcome outcome = decoded("3\r\nabc\r\n3\r\n", 5);
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.reason, "the body is larger than 5 bytes");
  EXPECT_EQ(outcome.body, "abc");
  EXPECT_EQ(decoded("FFFFFFFFFFFFFFFF\r\n").status, 413);
  EXPECT_EQ(decoded("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n").status, 413);
}

struct Refused {
  std::string bytes;  // to the one that settles it
  std::string reason;
};

TEST(ChunkedBody, IsRefusedForWhatIsNotInChunksToTheLetter) {
  for (const auto& [bytes, reason] : std::vector<Refused>{
           // RFC 9112, 7.1: chunk-size is 1*HEXDIG.
           {"\r", "does not begin with its size"},
           {";", "does not begin with its size"},
           {" ", "does not begin with its size"},
           {"-", "does not begin with its size"},
           {"+", "does not begin with its size"},
           {"0x", "not hexadecimal"},
           {"5_", "not hexadecimal"},
           {"5,", "not hexadecimal"},
           {"5g", "not hexadecimal"},
           {"5\0"s, "not hexadecimal"},
           {"5\xC2", "not hexadecimal"},
           {"00000000000000005", "more than 16 digits"},
           {"10000000000000005", "more than 16 digits"},
           // 2.2 and 7.1: every line and the data end in CRLF.
           {"5\n", "LF without CR"},
           {"5;a\n", "LF without CR"},
           {"5\ra", "CR without LF"},
           {"5\r\r", "CR without LF"},
           {"1\r\nab", "not followed by CRLF"},
           {"1\r\na\n", "not followed by CRLF"},
           {"1\r\na\ra", "not followed by CRLF"},
           {"1\r\na0", "not followed by CRLF"},
           {"1\r\na\r\n\r", "does not begin with its size"},
           // 7.1.1: whitespace belongs before a semicolon only, and extensions are bounded.
           {"5 \r", "whitespace after"},
           {"5 5", "whitespace after"},
           {"5;a\rb", "CR without LF"},
           {"5;a=\"\r\r", "CR without LF"},
           {"5;a=\"\n", "LF without CR"},
           {"5;\0"s, "control character"},
           {"5;\x7F", "control character"},
           {"5;" + std::string(256, 'a'), "too long"},
           // 7.1.2: the trailer section is made of field lines.
           {"0\r\n ", "folded"},
           {"0\r\nA: b\r\n\t", "folded"},
           {"0\r\n:", "does not begin with a name"},
           {"0\r\n\n", "does not begin with a name"},
           {"0\r\n\ra", "CR without LF"},
           {"0\r\nA ", "name of a trailer field"},
           {"0\r\nA\r", "name of a trailer field"},
           {"0\r\nA: \0"s, "control character"},
           {"0\r\nA: b\n", "control character"},
           {"0\r\nA: b\rB", "CR without LF"},
       }) {
    const BodyOutcome outcome = decoded(bytes);
    EXPECT_EQ(outcome.status, 400) << testing::PrintToString(bytes);
    EXPECT_THAT(outcome.reason, HasSubstr(reason)) << testing::PrintToString(bytes);
    EXPECT_EQ(decoded(std::string_view(bytes).substr(0, bytes.size() - 1)).status, 0)
        << testing::PrintToString(bytes);
  }
}

TEST(ChunkedBody, IsRefusedForMoreThan16KiBThatArePassedOver) {
  const std::string trailers = "0\r\nA: " + std::string((16U << 10) - 7, 'b');
  EXPECT_EQ(decoded(trailers + "\r\n\r\n").status, 0);
  EXPECT_EQ(decoded(trailers + "b\r\n\r\n").status, 431);

  std::string extensions;
  for (int i = 0; i < 64; ++i) extensions += "1;" + std::string(255, 'a') + "\r\nx\r\n";
  EXPECT_EQ(decoded(extensions).status, 0);
  EXPECT_THAT(decoded(extensions + "1;").reason, HasSubstr("extensions are too long"));
}

TEST(ChunkedBody, DoesNotDependOnHowItsBytesCome) {
  const std::vector<std::string> pieces = {"0\r\n\r\n",
                                           "0\r\nA: b\r\n\r\n",
                                           "5\r\nhello\r\n",
                                           "1;a=b\r\n\r\r\n",
                                           "B\r\n0\r\n\r\n3\r\nab\r\n",
                                           "2 ;\r\n\r\n\r\n",
                                           "\n",
                                           "\r",
                                           "f",
                                           " ",
                                           ";",
                                           ":",
                                           "\x80"};
  std::mt19937 random(7101);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (auto count = random() % 6; count > 0; --count) bytes += pieces[random() % pieces.size()];
    if (!bytes.empty() && random() % 2 == 0) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const std::size_t pieceSize = 1 + random() % 5;
    ASSERT_EQ(test::brokenBodyPromise(bytes, 30, pieceSize), std::nullopt)
        << testing::PrintToString(bytes) << " in pieces of " << pieceSize;
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http
