#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

// The samples of a chip that has a name and no device, hwmon0 called test, with these attributes.
std::string samplesOf(
    std::initializer_list<std::pair<std::string_view, std::string_view>> attributes) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/name", "test\n");
  for (const auto& [name, content] : attributes) {
    system.file("sys/class/hwmon/hwmon0/" + std::string(name), content);
  }
  std::string samples = collectSamples("hwmon", system);
  constexpr std::string_view kName = "node_hwmon_chip_names{chip=\"test\",chip_name=\"test\"} 1\n";
  if (const auto at = samples.find(kName); at != std::string::npos) samples.erase(at, kName.size());
  return samples;
}

TEST(Hwmon, ReportsTheSensorsOfEachChip) {
  EXPECT_EQ(collectSamples("hwmon", fixture("typical")),
            R"(node_hwmon_beep_enabled{chip="platform_nct6775_656",sensor="beep_enable0"} 1
node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1
node_hwmon_chip_names{chip="platform_nct6775_656",chip_name="nct6798"} 1
node_hwmon_fan_min_rpm{chip="platform_nct6775_656",sensor="fan1"} 0
node_hwmon_fan_pulses{chip="platform_nct6775_656",sensor="fan1"} 2
node_hwmon_fan_rpm{chip="platform_nct6775_656",sensor="fan1"} 912
node_hwmon_in_alarm{chip="platform_nct6775_656",sensor="in0"} 0
node_hwmon_in_beep_enabled{chip="platform_nct6775_656",sensor="in0"} 0
node_hwmon_in_min_volts{chip="platform_nct6775_656",sensor="in0"} 0
node_hwmon_in_volts{chip="platform_nct6775_656",sensor="in0"} 1.088
node_hwmon_intrusion_alarm{chip="platform_nct6775_656",sensor="intrusion0"} 1
node_hwmon_pwm{chip="platform_nct6775_656",sensor="pwm1"} 128
node_hwmon_sensor_label{chip="platform_coretemp_0",label="Package id 0",sensor="temp1"} 1
node_hwmon_sensor_label{chip="platform_coretemp_0",label="Core 0",sensor="temp2"} 1
node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 47
node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp2"} 45
node_hwmon_temp_crit_alarm_celsius{chip="platform_coretemp_0",sensor="temp1"} 0
node_hwmon_temp_crit_celsius{chip="platform_coretemp_0",sensor="temp1"} 105
node_hwmon_temp_max_celsius{chip="platform_coretemp_0",sensor="temp1"} 100
)");
}

TEST(Hwmon, HasNoDataWhereTheKernelHasNoSensors) {
  EXPECT_EQ(collectError("hwmon", TempSystem()), "no data");
}

TEST(Hwmon, LeavesOutWhatIsNoNumber) {
  EXPECT_EQ(samplesOf({{"temp1_input", "abc\n"},
                       {"temp2_input", ""},
                       {"temp3_input", "4000 \n"},
                       {"temp4_input", "1\n2\n"},
                       {"temp5_input", "\n5000\n\n"},
                       {"vrm", "x\n"},
                       {"update_interval", "\n"},
                       {"freq1_input", "5\n"}}),
            "node_hwmon_temp_celsius{chip=\"test\",sensor=\"temp5\"} 5\n");
}

TEST(Hwmon, LeavesOutWhatCannotBeRead) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/in1_input", "1000\n")
      .directory("sys/class/hwmon/hwmon0/in2_input")
      .directory("sys/class/hwmon/hwmon0/power")
      .directory("sys/class/hwmon/hwmon0/name");
  EXPECT_EQ(collectSamples("hwmon", system),
            "node_hwmon_in_volts{chip=\"hwmon0\",sensor=\"in1\"} 1\n");
}

TEST(Hwmon, LooksAtTheFirst128Bytes) {
  EXPECT_EQ(samplesOf({{"in1_label", std::string(200, 'L')}}),
            "node_hwmon_sensor_label{chip=\"test\",label=\"" + std::string(128, 'L') +
                "\",sensor=\"in1\"} 1\n");
}

TEST(Hwmon, BringsReadingsToTheirUnits) {
  EXPECT_EQ(samplesOf({{"cpu0_vid", "13\n"},
                       {"curr1_input", "2500\n"},
                       {"energy1_input", "1234567\n"},
                       {"fan1_max", "2000\n"},
                       {"fan1_target", "1500\n"},
                       {"fan1_fault", "1\n"},
                       {"humidity1_input", "45000\n"},
                       {"in0_max", "-1500\n"},
                       {"power1_accuracy", "2500000\n"},
                       {"power1_average", "65000000\n"},
                       {"power1_average_interval", "2500\n"},
                       {"power1_average_interval_max", "9000\n"},
                       {"power1_average_interval_min", "100\n"},
                       {"power1_input", "15\n"},
                       {"temp1_type", "4\n"},
                       {"update_interval", "1500\n"},
                       {"vrm", "90\n"}}),
            R"(node_hwmon_cpu_vid_volts{chip="test",sensor="cpu0"} 0.013000000000000001
node_hwmon_curr_amps{chip="test",sensor="curr1"} 2.5
node_hwmon_energy_joule_total{chip="test",sensor="energy1"} 1.234567
node_hwmon_fan_fault{chip="test",sensor="fan1"} 1
node_hwmon_fan_max_rpm{chip="test",sensor="fan1"} 2000
node_hwmon_fan_target_rpm{chip="test",sensor="fan1"} 1500
node_hwmon_humidity{chip="test",sensor="humidity1"} 0.045
node_hwmon_in_max_volts{chip="test",sensor="in0"} -1.5
node_hwmon_power_accuracy{chip="test",sensor="power1"} 2.5
node_hwmon_power_average_interval_max_seconds{chip="test",sensor="power1"} 9
node_hwmon_power_average_interval_min_seconds{chip="test",sensor="power1"} 0.1
node_hwmon_power_average_interval_seconds{chip="test",sensor="power1"} 2.5
node_hwmon_power_average_watt{chip="test",sensor="power1"} 65
node_hwmon_power_watt{chip="test",sensor="power1"} 1.5e-05
node_hwmon_temp_type{chip="test",sensor="temp1"} 4
node_hwmon_update_interval_seconds{chip="test",sensor="update_interval0"} 1.5
node_hwmon_voltage_regulator_version{chip="test",sensor="vrm0"} 90
)");
}

TEST(Hwmon, CountsEnergyAndMeasuresTheRest) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/energy1_input", "1\n")
      .file("sys/class/hwmon/hwmon0/power1_input", "1\n");
  const std::string text = collectText("hwmon", system);
  EXPECT_THAT(text, HasSubstr("# TYPE node_hwmon_energy_joule_total counter\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE node_hwmon_power_watt gauge\n"));
}

TEST(Hwmon, CallsTheInputSoWhereTheSensorHasAFileOfItsOwn) {
  EXPECT_EQ(samplesOf({{"power1", "1000000\n"}, {"power1_input", "2000000\n"}}),
            "node_hwmon_power_input_watt{chip=\"test\",sensor=\"power1\"} 2\n"
            "node_hwmon_power_watt{chip=\"test\",sensor=\"power1\"} 1\n");
}

TEST(Hwmon, GivesAFrequencyUnderItsLabel) {
  EXPECT_EQ(samplesOf({{"freq1_input", "300000000\n"}, {"freq1_label", "sclk X\n"}}),
            "node_hwmon_freq_freq_mhz{chip=\"test\",sensor=\"sclk_x\"} 300\n"
            "node_hwmon_sensor_label{chip=\"test\",label=\"sclk X\",sensor=\"freq1\"} 1\n");
}

TEST(Hwmon, SaysThatTheBeepIsOffForAnythingButOne) {
  EXPECT_EQ(samplesOf({{"beep_enable", "yes\n"}}),
            "node_hwmon_beep_enabled{chip=\"test\",sensor=\"beep_enable0\"} 0\n");
}

TEST(Hwmon, TakesOnlyNamesOfSensors) {
  EXPECT_EQ(samplesOf({{"1temp", "1\n"},
                       {"temp_input", "1\n"},
                       {"temp1x", "1\n"},
                       {"temp2_", "1\n"},
                       {"Temp3_input", "1\n"},
                       {"temp99999999999999999999_input", "1\n"},
                       {"uevent", "1\n"},
                       {"temp07_input", "7000\n"},
                       {"temp8_Max-X_", "8000\n"}}),
            "node_hwmon_temp_celsius{chip=\"test\",sensor=\"temp7\"} 7\n"
            "node_hwmon_temp_max_x_celsius{chip=\"test\",sensor=\"temp8\"} 8\n");
}

TEST(Hwmon, ReadsTheDeviceOfAChipWithoutAName) {
  TempSystem system;
  system.file("sys/devices/platform/applesmc.768/temp1_input", "33000\n")
      .file("sys/devices/platform/applesmc.768/temp2_input", "35000\n")
      .file("sys/devices/platform/applesmc.768/hwmon/hwmon0/temp2_input", "34000\n")
      .link("sys/devices/platform/applesmc.768/hwmon/hwmon0/device", "../../../applesmc.768")
      .link("sys/class/hwmon/hwmon0", "../../devices/platform/applesmc.768/hwmon/hwmon0");
  EXPECT_EQ(collectSamples("hwmon", system),
            "node_hwmon_temp_celsius{chip=\"platform_applesmc_768\",sensor=\"temp1\"} 33\n"
            "node_hwmon_temp_celsius{chip=\"platform_applesmc_768\",sensor=\"temp2\"} 35\n");
}

TEST(Hwmon, DoesNotReadTheDeviceOfAChipWithAName) {
  TempSystem system;
  system.file("sys/devices/platform/a.1/temp1_input", "33000\n")
      .file("sys/devices/platform/a.1/hwmon/hwmon0/name", "a\n")
      .link("sys/devices/platform/a.1/hwmon/hwmon0/device", "../../../a.1")
      .link("sys/class/hwmon/hwmon0", "../../devices/platform/a.1/hwmon/hwmon0");
  EXPECT_EQ(collectSamples("hwmon", system),
            "node_hwmon_chip_names{chip=\"platform_a_1\",chip_name=\"a\"} 1\n");
}

TEST(Hwmon, NamesAChipAfterWhatItHas) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/name", "My-Chip 5!\n")
      .file("sys/class/hwmon/hwmon1/name", "***\n")
      .file("sys/class/hwmon/hwmon1/in1_input", "1000\n")
      .link("sys/class/hwmon/hwmon2/device", "gone")
      .file("sys/class/hwmon/hwmon2/in1_input", "2000\n");
  EXPECT_EQ(collectSamples("hwmon", system),
            "node_hwmon_chip_names{chip=\"my_chip_5\",chip_name=\"my_chip_5\"} 1\n"
            "node_hwmon_in_volts{chip=\"hwmon1\",sensor=\"in1\"} 1\n"
            "node_hwmon_in_volts{chip=\"hwmon2\",sensor=\"in1\"} 2\n");
}

// asus-nb-wmi registers two for one device, a Wi-Fi chip one for each radio.
TEST(Hwmon, TellsChipsOfOneDeviceApartByNameOrElseByNumber) {
  TempSystem system;
  const auto chip = [&](const std::string& number, const std::string& device,
                        const std::string& name, const std::string& value) {
    system.directory("sys/devices/platform/" + device)
        .link("sys/class/hwmon/" + number + "/device", "../../../devices/platform/" + device)
        .file("sys/class/hwmon/" + number + "/name", name + "\n")
        .file("sys/class/hwmon/" + number + "/pwm1", value + "\n");
  };
  chip("hwmon1", "alone", "fan", "1");
  chip("hwmon2", "laptop", "asus", "2");
  chip("hwmon3", "laptop", "asus_custom_fan_curve", "3");
  chip("hwmon4", "radio", "phy", "4");
  chip("hwmon5", "radio", "phy", "5");
  EXPECT_EQ(collectSamples("hwmon", system),
            R"(node_hwmon_chip_names{chip="platform_alone",chip_name="fan"} 1
node_hwmon_chip_names{chip="platform_laptop_asus",chip_name="asus"} 1
node_hwmon_chip_names{chip="platform_laptop_asus_custom_fan_curve",chip_name="asus_custom_fan_curve"} 1
node_hwmon_chip_names{chip="platform_radio_hwmon4",chip_name="phy"} 1
node_hwmon_chip_names{chip="platform_radio_hwmon5",chip_name="phy"} 1
node_hwmon_pwm{chip="platform_alone",sensor="pwm1"} 1
node_hwmon_pwm{chip="platform_laptop_asus",sensor="pwm1"} 2
node_hwmon_pwm{chip="platform_laptop_asus_custom_fan_curve",sensor="pwm1"} 3
node_hwmon_pwm{chip="platform_radio_hwmon4",sensor="pwm1"} 4
node_hwmon_pwm{chip="platform_radio_hwmon5",sensor="pwm1"} 5
)");
  EXPECT_EQ(
      collectSamples("hwmon", system, Flags{{"collector.hwmon.chip-include", "laptop_asus$"}}),
      "node_hwmon_chip_names{chip=\"platform_laptop_asus\",chip_name=\"asus\"} 1\n"
      "node_hwmon_pwm{chip=\"platform_laptop_asus\",sensor=\"pwm1\"} 2\n");
}

TEST(Hwmon, AnAttributeThatCannotBeReadCostsItselfAndIsTold) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/name", "test\n")
      .directory("sys/class/hwmon/hwmon0/temp1_input")
      .file("sys/class/hwmon/hwmon0/temp2_input", "2000\n");
  EXPECT_THAT(collectSamples("hwmon", system),
              HasSubstr("node_hwmon_temp_celsius{chip=\"test\",sensor=\"temp2\"} 2\n"));
  EXPECT_EQ(collectComplaint("hwmon", system),
            "sys/class/hwmon/hwmon0/temp1_input: Is a directory");
}

TEST(Hwmon, ReportsTheOtherChipsWhereOneFails) {
  TempSystem system;
  system.file("sys/class/hwmon/hwmon0/device", "a file\n")
      .file("sys/class/hwmon/hwmon0/in1_input", "1000\n")
      .file("sys/class/hwmon/hwmon1/name", "good\n")
      .file("sys/class/hwmon/hwmon1/in1_input", "2000\n")
      .file("sys/class/hwmon/hwmon2", "no directory\n")
      .link("sys/class/hwmon/hwmon3", "gone");
  EXPECT_EQ(collectError("hwmon", system), "sys/class/hwmon/hwmon0/device: Not a directory");
  EXPECT_THAT(collectSamplesUntilFailure("hwmon", system),
              HasSubstr("node_hwmon_in_volts{chip=\"good\",sensor=\"in1\"} 2\n"));
}

TEST(Hwmon, TakesTheChipsAndSensorsThatTheFlagsName) {
  const auto samples = [](std::string_view flag, const char* expression) {
    return collectSamples("hwmon", fixture("typical"),
                          Flags{{"collector.hwmon." + std::string(flag), expression}});
  };
  EXPECT_THAT(samples("chip-include", "coretemp"), Not(HasSubstr("nct6775")));
  EXPECT_THAT(samples("chip-exclude", "coretemp"), Not(HasSubstr("coretemp")));
  EXPECT_THAT(samples("sensor-exclude", "coretemp_0;temp[12]"), Not(HasSubstr("temp1")));
  EXPECT_EQ(samples("sensor-include", "^platform_nct6775_656;pwm1$"),
            "node_hwmon_chip_names{chip=\"platform_coretemp_0\",chip_name=\"coretemp\"} 1\n"
            "node_hwmon_chip_names{chip=\"platform_nct6775_656\",chip_name=\"nct6798\"} 1\n"
            "node_hwmon_pwm{chip=\"platform_nct6775_656\",sensor=\"pwm1\"} 128\n");
}

}  // namespace orchestrator_exporter
