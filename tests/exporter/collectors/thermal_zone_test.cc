#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(ThermalZone, ReportsZonesAndCoolingDevices) {
  EXPECT_EQ(collectText("thermal_zone", fixture("typical")),
            R"(# HELP node_cooling_device_cur_state How much a cooling device is throttling now.
# TYPE node_cooling_device_cur_state gauge
node_cooling_device_cur_state{name="0",type="Processor"} 0
# HELP node_cooling_device_max_state How much a cooling device can throttle.
# TYPE node_cooling_device_max_state gauge
node_cooling_device_max_state{name="0",type="Processor"} 10
# HELP node_thermal_zone_temp Temperature of a thermal zone in degrees Celsius.
# TYPE node_thermal_zone_temp gauge
node_thermal_zone_temp{type="x86_pkg_temp",zone="0"} 47
)");
}

TEST(ThermalZone, SucceedsWithoutSamplesWhereThereIsNothing) {
  EXPECT_EQ(collectError("thermal_zone", TempSystem()), "");
  EXPECT_EQ(collectSamples("thermal_zone", TempSystem()), "");
}

TEST(ThermalZone, ReportsZeroForAZoneWhoseTemperatureCannotBeRead) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zone0/type", "asleep\n")
      .file("sys/class/thermal/thermal_zone1/temp", "abc\n")
      .directory("sys/class/thermal/thermal_zone2/temp")
      .file("sys/class/thermal/thermal_zone3/temp", "0x10\n")
      .file("sys/class/thermal/thermal_zone4/temp", "");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_thermal_zone_temp{type=\"asleep\",zone=\"0\"} 0\n"
            "node_thermal_zone_temp{type=\"\",zone=\"1\"} 0\n"
            "node_thermal_zone_temp{type=\"\",zone=\"2\"} 0\n"
            "node_thermal_zone_temp{type=\"\",zone=\"3\"} 0\n"
            "node_thermal_zone_temp{type=\"\",zone=\"4\"} 0\n");
}

TEST(ThermalZone, ReportsFrostAndWhat64BitsCannotHold) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zone0/temp", "-44500\n")
      .file("sys/class/thermal/thermal_zone1/temp", "99999999999999999999\n")
      .file("sys/class/thermal/thermal_zone2/temp", "-99999999999999999999\n");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_thermal_zone_temp{type=\"\",zone=\"0\"} -44.5\n"
            "node_thermal_zone_temp{type=\"\",zone=\"1\"} 9223372036854776\n"
            "node_thermal_zone_temp{type=\"\",zone=\"2\"} -9223372036854776\n");
}

TEST(ThermalZone, TakesOnlyNumberedDevices) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zonex/temp", "1000\n")
      .file("sys/class/thermal/thermal_zone/temp", "1000\n")
      .file("sys/class/thermal/thermal_zone12/temp", "12000\n")
      .file("sys/class/thermal/cooling_devicex/cur_state", "abc\n");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_thermal_zone_temp{type=\"\",zone=\"12\"} 12\n");
}

TEST(ThermalZone, SkipsCoolingDevicesThatLackAFile) {
  TempSystem system;
  for (const std::string number : {"0", "1", "2", "3"}) {
    const std::string device = "sys/class/thermal/cooling_device" + number;
    system.file(device + "/type", "Fan\n")
        .file(device + "/cur_state", "-1\n")
        .file(device + "/max_state", "5\n");
  }
  system.remove("sys/class/thermal/cooling_device0/type")
      .remove("sys/class/thermal/cooling_device1/cur_state")
      .remove("sys/class/thermal/cooling_device2/max_state");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_cooling_device_cur_state{name=\"3\",type=\"Fan\"} -1\n"
            "node_cooling_device_max_state{name=\"3\",type=\"Fan\"} 5\n");
}

TEST(ThermalZone, FailsWhereACoolingDeviceIsGarbledAndKeepsTheZones) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zone0/temp", "1000\n");
  for (const std::string number : {"0", "1"}) {
    const std::string device = "sys/class/thermal/cooling_device" + number;
    system.file(device + "/type", "Fan\n")
        .file(device + "/cur_state", number == "0" ? "1\n" : "abc\n")
        .file(device + "/max_state", "5\n");
  }
  EXPECT_EQ(collectError("thermal_zone", system),
            "sys/class/thermal/cooling_device1/cur_state:1: expected a whole number, got 'abc'");
  EXPECT_EQ(collectSamplesUntilFailure("thermal_zone", system),
            "node_thermal_zone_temp{type=\"\",zone=\"0\"} 1\n");
  system.remove("sys/class/thermal/cooling_device1/cur_state")
      .directory("sys/class/thermal/cooling_device1/cur_state");
  EXPECT_EQ(collectError("thermal_zone", system),
            "sys/class/thermal/cooling_device1/cur_state: Is a directory");
}

}  // namespace orchestrator_exporter
