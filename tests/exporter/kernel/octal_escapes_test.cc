#include "exporter/kernel/octal_escapes.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(OctalEscapes, AreUndone) {
  EXPECT_EQ(undoOctalEscapes(R"(/a\040b\011c\012d\134e\043f)"), "/a b\tc\nd\\e#f");
  EXPECT_EQ(undoOctalEscapes(R"(\377\040)"), "\xFF ");
  EXPECT_EQ(undoOctalEscapes("/plain"), "/plain");
  EXPECT_EQ(undoOctalEscapes(""), "");
}

TEST(OctalEscapes, ThatAreNoneStay) {
  EXPECT_EQ(undoOctalEscapes(R"(a\b\04\400\08x\-12\)"), R"(a\b\04\400\08x\-12\)");
  EXPECT_EQ(undoOctalEscapes(R"(\\040)"), R"(\ )");
}

}  // namespace orchestrator_exporter
