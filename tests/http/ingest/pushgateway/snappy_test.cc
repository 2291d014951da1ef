#include "http/ingest/snappy.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/server/message.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kMost = 100'000;

std::string chunk(unsigned char type, const std::string& bytes) {
  std::string made(1, static_cast<char>(type));
  for (const unsigned shift : {0U, 8U, 16U})
    made += static_cast<char>(bytes.size() >> shift & 0xFF);
  return made + bytes;
}

const std::string kIdentifier = chunk(0xFF, "sNaPpY");
// "a 1\n": its checksum by the format's definition; as a block of one literal.
const std::string kChecksum = "\xAF\x4C\x19\x8A";
const std::string kBlock =
    "\x04\x0C"
    "a 1\n";

}  // namespace

TEST(Snappy, UnpacksABlock) {
  EXPECT_EQ(unsnappy(kBlock, kMost), "a 1\n");
  // A letter, and eleven times the one before.
  EXPECT_EQ(unsnappy("\x0C\x00x\x1D\x01"sv, kMost), "xxxxxxxxxxxx");
}

TEST(Snappy, RefusesWhatIsNoBlock) {
  EXPECT_THROW(unsnappy("", kMost), ParseError);
  EXPECT_THROW(unsnappy("\x05\x0C"
                        "a 1\n",
                        kMost),
               ParseError);
  EXPECT_THROW(unsnappy("\xFF\xFF\xFF\xFF\xFF\xFF", kMost), ParseError);
}

TEST(Snappy, TakesNoMemoryForABomb) {
  EXPECT_THROW(unsnappy("\xFF\xFF\xFF\xFF\x0F\x00x"sv, kMost), HttpError);
  EXPECT_THROW(unsnappy("\xA0\x8D\x06\x00x"sv, kMost), ParseError);  // 100,000 bytes of five
}

TEST(Snappy, UnpacksFrames) {
  const std::string packed = chunk(0x00, kChecksum + kBlock);
  const std::string plain = chunk(0x01, kChecksum + "a 1\n");
  EXPECT_EQ(unsnappyFrames(kIdentifier + packed, kMost), "a 1\n");
  EXPECT_EQ(unsnappyFrames(kIdentifier + packed + plain, kMost), "a 1\na 1\n");
  EXPECT_EQ(unsnappyFrames(kIdentifier + packed + kIdentifier + plain, kMost), "a 1\na 1\n");
  EXPECT_EQ(unsnappyFrames("", kMost), "");
}

TEST(Snappy, SkipsChunksThatMayBeSkipped) {
  EXPECT_EQ(unsnappyFrames(kIdentifier + chunk(0x80, "x") + chunk(0x01, kChecksum + "a 1\n") +
                               chunk(0xFE, "padding"),
                           kMost),
            "a 1\n");
}

TEST(Snappy, RefusesFramesThatAreNone) {
  const std::string plain = chunk(0x01, kChecksum + "a 1\n");
  for (const std::string& bytes :
       {plain, std::string("a 1\n"), kIdentifier + chunk(0x02, kChecksum + "a 1\n"),
        kIdentifier + chunk(0x01, kChecksum + "a 2\n"), kIdentifier + chunk(0x01, "abc"),
        kIdentifier + plain.substr(0, 9), kIdentifier + "\x01", chunk(0xFF, "snappy") + plain,
        kIdentifier + chunk(0x00, kChecksum + "a 1\n")}) {
    EXPECT_THROW(unsnappyFrames(bytes, kMost), ParseError);
  }
}

TEST(Snappy, LimitsAllFramesTogether) {
  const std::string plain = chunk(0x01, kChecksum + "a 1\n");
  EXPECT_THROW(unsnappyFrames(kIdentifier + plain + plain, 7), HttpError);
  EXPECT_EQ(unsnappyFrames(kIdentifier + plain + plain, 8).size(), 8u);
}

}  // namespace orchestrator_exporter::http
