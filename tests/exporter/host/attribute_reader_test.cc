#include "exporter/host/attribute_reader.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPath = "sys/class/power_supply/A/capacity";

class AttributeReaderTest : public testing::Test {
 protected:
  TempSystem system_;
  Kernel kernel_{system_.roots()};
  Complaints complaints_;
  AttributeReader reader_{kernel_, complaints_};
};

TEST_F(AttributeReaderTest, ReadsTextsAndNumbers) {
  system_.file(kPath, " 0x10 \n");
  EXPECT_EQ(reader_.text(kPath), "0x10");
  EXPECT_EQ(reader_.integer(kPath), 16);
  EXPECT_EQ(reader_.unsignedInteger(kPath), 16U);
  system_.file(kPath, "-5\n");
  EXPECT_EQ(reader_.integer(kPath), -5);
  EXPECT_EQ(complaints_.text(), "");
}

TEST_F(AttributeReaderTest, SaysNothingOfWhatIsMissingOrHasNoValueNow) {
  EXPECT_EQ(reader_.text(kPath), std::nullopt);
  system_.link(kPath, "/sys/class/net/lo/speed");  // EINVAL
  EXPECT_EQ(reader_.integer(kPath), std::nullopt);
  EXPECT_EQ(complaints_.text(), "");
}

TEST_F(AttributeReaderTest, ComplainsOfWhatFailsOrMakesNoSense) {
  constexpr std::string_view kBroken = "sys/class/power_supply/A/status";
  system_.link(kBroken, "/proc/self/mem");  // EIO
  EXPECT_EQ(reader_.text(kBroken), std::nullopt);
  system_.file(kPath, "-1\n");
  EXPECT_EQ(reader_.unsignedInteger(kPath), std::nullopt);
  system_.file(kPath, "full\n");
  EXPECT_EQ(reader_.integer(kPath), std::nullopt);
  EXPECT_EQ(complaints_.text(),
            "sys/class/power_supply/A/status: Input/output error; "
            "sys/class/power_supply/A/capacity:1: expected a whole number of at most 64 bits, got "
            "'-1'; sys/class/power_supply/A/capacity:1: expected a whole number, got 'full'");
}

}  // namespace

}  // namespace orchestrator_exporter
