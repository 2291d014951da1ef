#include "http/server/unpacking.h"

#include <gtest/gtest.h>

#include <string>

#include "http/server/compression.h"
#include "http/server/message.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {
namespace {

std::string packed(std::string_view text) {
  Gzip gzip;
  TextBuffer out;
  gzip.compress({&text, 1}, out);
  return std::string(out.view());
}

// More than one step of unpacking.
std::string longText() {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i) + ' ';
  return text;
}

TEST(Ungzip, GivesBackWhatWasPacked) {
  EXPECT_EQ(ungzip(packed("abc"), 100), "abc");
  EXPECT_EQ(ungzip(packed(""), 100), "");
  EXPECT_EQ(ungzip(packed(longText()), 1 << 20), longText());
}

TEST(Ungzip, JoinsMembers) { EXPECT_EQ(ungzip(packed("one ") + packed("two"), 100), "one two"); }

TEST(Ungzip, StopsAtTheLimit) {
  const std::string bomb = packed(std::string(8 << 20, '\0'));
  EXPECT_EQ(ungzip(packed(std::string(100, 'x')), 100).size(), 100u);
  for (const std::string& body : {bomb, packed(std::string(101, 'x'))}) {
    try {
      ungzip(body, 100);
      FAIL();
    } catch (const HttpError& error) {
      EXPECT_EQ(error.status(), 413);
    }
  }
}

TEST(Ungzip, RefusesWhatIsCutOrSpoilt) {
  const std::string whole = packed(longText());
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{12}, whole.size() / 2, whole.size() - 1}) {
    EXPECT_THROW(ungzip(whole.substr(0, size), 1 << 20), ParseError) << size;
  }
  std::string spoilt = whole;
  spoilt[whole.size() - 6] ^= 1;  // the checksum
  EXPECT_THROW(ungzip(spoilt, 1 << 20), ParseError);
  EXPECT_THROW(ungzip("plain text that nobody packed", 1 << 20), ParseError);
  EXPECT_THROW(ungzip(packed("one") + "x", 100), ParseError);
}

}  // namespace
}  // namespace orchestrator_exporter::http
