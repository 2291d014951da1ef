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

TEST(ThermalZone, LeavesOutAZoneWhoseTemperatureIsNotKnown) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zone0/type", "asleep\n")
      .link("sys/class/thermal/thermal_zone1/temp", "/sys/class/net/lo/speed")  // EINVAL
      .link("sys/class/thermal/thermal_zone2", "../../devices/virtual/thermal/thermal_zone2")
      .file("sys/class/thermal/thermal_zone3/temp", "0\n")
      .file("sys/class/thermal/thermal_zone4/temp", "-44500\n");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_thermal_zone_temp{type=\"\",zone=\"3\"} 0\n"
            "node_thermal_zone_temp{type=\"\",zone=\"4\"} -44.5\n");
  EXPECT_EQ(collectComplaint("thermal_zone", system), "");
}

TEST(ThermalZone, TellsOfATemperatureThatFailsOrMakesNoSense) {
  TempSystem system;
  system.file("sys/class/thermal/thermal_zone0/temp", "1000\n")
      .file("sys/class/thermal/thermal_zone1/temp", "abc\n")
      .link("sys/class/thermal/thermal_zone2/temp", "/proc/self/mem")  // EIO
      .file("sys/class/thermal/thermal_zone3/temp", "99999999999999999999\n");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_thermal_zone_temp{type=\"\",zone=\"0\"} 1\n");
  EXPECT_EQ(collectComplaint("thermal_zone", system),
            "sys/class/thermal/thermal_zone1/temp:1: expected a whole number, got 'abc'; "
            "sys/class/thermal/thermal_zone2/temp: Input/output error; "
            "sys/class/thermal/thermal_zone3/temp:1: expected a whole number, got "
            "'99999999999999999999'");
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

TEST(ThermalZone, GivesOfACoolingDeviceWhatItTells) {
  TempSystem system;
  for (const std::string number : {"0", "1", "2", "3"}) {
    const std::string device = "sys/class/thermal/cooling_device" + number;
    system.file(device + "/type", "Fan\n")
        .file(device + "/cur_state", "-1\n")
        .file(device + "/max_state", "5\n");
  }
  system.remove("sys/class/thermal/cooling_device0/type")
      .remove("sys/class/thermal/cooling_device1/cur_state")
      .file("sys/class/thermal/cooling_device2/max_state", "abc\n");
  EXPECT_EQ(collectSamples("thermal_zone", system),
            "node_cooling_device_cur_state{name=\"0\",type=\"\"} -1\n"
            "node_cooling_device_cur_state{name=\"2\",type=\"Fan\"} -1\n"
            "node_cooling_device_cur_state{name=\"3\",type=\"Fan\"} -1\n"
            "node_cooling_device_max_state{name=\"0\",type=\"\"} 5\n"
            "node_cooling_device_max_state{name=\"1\",type=\"Fan\"} 5\n"
            "node_cooling_device_max_state{name=\"3\",type=\"Fan\"} 5\n");
  EXPECT_EQ(collectComplaint("thermal_zone", system),
            "sys/class/thermal/cooling_device2/max_state:1: expected a whole number, got 'abc'");
}

}  // namespace orchestrator_exporter
