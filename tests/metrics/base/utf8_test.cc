#include "metrics/base/utf8.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(Utf8Prefix, IsTheWholeTextIfItFits) {
  EXPECT_EQ(utf8Prefix("", 0), "");
  EXPECT_EQ(utf8Prefix("abc", 3), "abc");
  EXPECT_EQ(utf8Prefix("\xE2\x82\xAC", 3), "\xE2\x82\xAC");
}

TEST(Utf8Prefix, NeverCutsACharacter) {
  EXPECT_EQ(utf8Prefix("abc", 2), "ab");
  EXPECT_EQ(utf8Prefix("abc", 0), "");
  const std::string_view text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";  // one to four bytes each
  const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
  for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
    EXPECT_EQ(utf8Prefix(text, bytes), text.substr(0, ends[bytes])) << bytes;
  }
}

}  // namespace orchestrator_exporter
