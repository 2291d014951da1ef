#include "exporter/kernel/octal_escapes.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(OctalEscapes, OfAnyByteAreUndone) {
  EXPECT_EQ(withoutOctalEscapes(R"(/a\040b\011c\012d\134e\043f)"), "/a b\tc\nd\\e#f");
  EXPECT_EQ(withoutOctalEscapes(R"(\303\274)"), "\u00fc");
  // What an escape stands for is no part of another one.
  EXPECT_EQ(withoutOctalEscapes(R"(\134040)"), R"(\040)");
}

TEST(OctalEscapes, NeedThreeDigitsOfAByte) {
  for (const char* text : {"", "/plain", "\\", "\\04", "\\0x0", "\\089", "\\400", "a\\", "\\-12"}) {
    EXPECT_EQ(withoutOctalEscapes(text), text);
  }
}

}  // namespace orchestrator_exporter
