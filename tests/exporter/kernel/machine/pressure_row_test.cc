#include "exporter/kernel/machine/pressure_row.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {

namespace {

std::uint64_t totalOf(std::string_view text) {
  return pressureTotal(Row("proc/pressure/io", 2, text));
}

std::string errorOf(std::string_view text) {
  try {
    totalOf(text);
  } catch (const ParseError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(PressureRow, TellsItsMicroseconds) {
  EXPECT_EQ(totalOf("some avg10=0.00 avg60=0.13 avg300=1.20 total=36900"), 36900u);
  EXPECT_EQ(totalOf("full avg10=0.00 avg60=0.00 avg300=0.00 total=18446744073709551615"),
            18446744073709551615u);
}

TEST(PressureRow, NamesTheRowThatHasNone) {
  EXPECT_EQ(errorOf("some avg10=0.00").find("proc/pressure/io:2: "), 0u);
  EXPECT_EQ(errorOf("some avg10=0 avg60=0 avg300=0 sum=5").find("proc/pressure/io:2: "), 0u);
}

TEST(PressureRow, RefusesATotalThatIsNoNumber) {
  for (const char* total :
       {"total=", "total=x", "total=-1", "total=1.5", "total=18446744073709551616"}) {
    EXPECT_NE(errorOf("some avg10=0 avg60=0 avg300=0 " + std::string(total)), "") << total;
  }
}

}  // namespace orchestrator_exporter
