#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

TEST(PowerSupplyClass, ReportsMainsAndBattery) {
  EXPECT_EQ(collectSamples("powersupplyclass", fixture("typical")),
            R"(node_power_supply_capacity{power_supply="BAT0"} 87
node_power_supply_cyclecount{power_supply="BAT0"} 152
node_power_supply_energy_full{power_supply="BAT0"} 48.12
node_power_supply_energy_full_design{power_supply="BAT0"} 57
node_power_supply_energy_watthour{power_supply="BAT0"} 41.86
node_power_supply_info{power_supply="AC",type="Mains"} 1
node_power_supply_info{manufacturer="ACME",model_name="B-57",power_supply="BAT0",serial_number="1042",status="Not charging",technology="Li-poly",type="Battery"} 1
node_power_supply_online{power_supply="AC"} 1
node_power_supply_power_watt{power_supply="BAT0"} 0
node_power_supply_present{power_supply="BAT0"} 1
node_power_supply_temp_celsius{power_supply="BAT0"} 25.3
node_power_supply_voltage_volt{power_supply="BAT0"} 12.68
)");
}

TEST(PowerSupplyClass, HasNoDataWhereTheClassIsMissing) {
  EXPECT_EQ(collectError("powersupplyclass", TempSystem()), "no data");
}

TEST(PowerSupplyClass, SucceedsWithoutSupplies) {
  TempSystem system;
  system.directory("sys/class/power_supply");
  EXPECT_EQ(collectSamples("powersupplyclass", system), "");
}

TEST(PowerSupplyClass, LeavesOutANumberThatIsGarbled) {
  for (const char* content :
       {"abc\n", "", "\n", "9223372036854775808\n", "1 2\n", "1.5\n", "Unknown\n"}) {
    TempSystem system;
    system.file("sys/class/power_supply/A/online", "1\n")
        .file("sys/class/power_supply/B/capacity", content)
        .file("sys/class/power_supply/B/status", "Full\n");
    EXPECT_EQ(collectSamples("powersupplyclass", system),
              "node_power_supply_info{power_supply=\"A\"} 1\n"
              "node_power_supply_info{power_supply=\"B\",status=\"Full\"} 1\n"
              "node_power_supply_online{power_supply=\"A\"} 1\n");
    EXPECT_THAT(collectComplaint("powersupplyclass", system),
                HasSubstr("sys/class/power_supply/B/capacity:1: expected a whole number, got '"));
  }
}

TEST(PowerSupplyClass, TellsOfWhatFailsAndNotOfWhatHasNoValueNow) {
  TempSystem system;
  system.file("sys/class/power_supply/A/online", "1\n")
      .link("sys/class/power_supply/A/capacity", "/proc/self/mem");
  EXPECT_EQ(collectSamples("powersupplyclass", system),
            "node_power_supply_info{power_supply=\"A\"} 1\n"
            "node_power_supply_online{power_supply=\"A\"} 1\n");
  EXPECT_EQ(collectComplaint("powersupplyclass", system),
            "sys/class/power_supply/A/capacity: Input/output error");
  // What a driver answers that cannot tell: EINVAL.
  system.remove("sys/class/power_supply/A/capacity")
      .link("sys/class/power_supply/A/capacity", "/sys/class/net/lo/speed");
  EXPECT_EQ(collectComplaint("powersupplyclass", system), "");
}

TEST(PowerSupplyClass, PassesOverASupplyThatIsGone) {
  TempSystem system;
  system.file("sys/class/power_supply/A/online", "1\n")
      .link("sys/class/power_supply/B", "../../devices/B");
  EXPECT_THAT(collectSamples("powersupplyclass", system), Not(HasSubstr("\"B\"")));
  EXPECT_EQ(collectComplaint("powersupplyclass", system), "");
}

TEST(PowerSupplyClass, DoesNotLookAtIgnoredSupplies) {
  TempSystem system;
  system.file("sys/class/power_supply/A/online", "1\n")
      .file("sys/class/power_supply/B/capacity", "abc\n");
  EXPECT_EQ(collectComplaint("powersupplyclass", system,
                             Flags{{"collector.powersupply.ignored-supplies", "B"}}),
            "");
}

TEST(PowerSupplyClass, ReadsSignsAndEveryBase) {
  TempSystem system;
  system.file("sys/class/power_supply/A/current_now", "-1500000\n")
      .file("sys/class/power_supply/A/temp", "-5\n")
      .file("sys/class/power_supply/A/cycle_count", "0x10\n");
  EXPECT_EQ(collectSamples("powersupplyclass", system),
            "node_power_supply_current_ampere{power_supply=\"A\"} -1.5\n"
            "node_power_supply_cyclecount{power_supply=\"A\"} 16\n"
            "node_power_supply_info{power_supply=\"A\"} 1\n"
            "node_power_supply_temp_celsius{power_supply=\"A\"} -0.5\n");
}

TEST(PowerSupplyClass, LeavesOutEmptyTextsDirectoriesAndUnknownFiles) {
  TempSystem system;
  system.file("sys/class/power_supply/A/serial_number", " \n")
      .directory("sys/class/power_supply/A/online")
      .directory("sys/class/power_supply/A/power")
      .file("sys/class/power_supply/A/alarm", "abc\n");
  EXPECT_EQ(collectSamples("powersupplyclass", system),
            "node_power_supply_info{power_supply=\"A\"} 1\n");
}

TEST(PowerSupplyClass, MakesTextsValid) {
  TempSystem system;
  system.file("sys/class/power_supply/A/model_name",
              "a\xFF\xFE"
              "b\n");
  EXPECT_EQ(collectSamples("powersupplyclass", system),
            "node_power_supply_info{model_name=\"a\xEF\xBF\xBD"
            "b\",power_supply=\"A\"} 1\n");
}

TEST(PowerSupplyClass, LeavesOutTheSuppliesThatTheFlagNames) {
  EXPECT_THAT(collectSamples("powersupplyclass", fixture("typical"),
                             Flags{{"collector.powersupply.ignored-supplies", "^BAT"}}),
              Not(HasSubstr("BAT0")));
}

}  // namespace orchestrator_exporter
