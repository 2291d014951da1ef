#include "exporter/kernel/attribute.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Attribute, IsReadWithoutTheWhiteSpaceAroundIt) {
  TempSystem system;
  system.file("sys/a", " \t two words\n\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/a"), "two words");
  EXPECT_EQ(readRawAttribute(kernel, "sys/a"), " \t two words\n\n");
}

TEST(Attribute, EndsAfter128Bytes) {
  TempSystem system;
  system.file("sys/a", std::string(127, 'x') + "yz\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/a"), std::string(127, 'x') + "y");
}

TEST(Attribute, IsNothingWhereItCannotBeRead) {
  TempSystem system;
  system.directory("sys/a");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/b"), std::nullopt);
  EXPECT_EQ(readRawAttribute(kernel, "sys/b"), std::nullopt);
  EXPECT_EQ(readRawAttribute(kernel, "sys/a"), std::nullopt);
  EXPECT_THROW(readAttribute(kernel, "sys/a"), ReadError);
}

}  // namespace orchestrator_exporter
