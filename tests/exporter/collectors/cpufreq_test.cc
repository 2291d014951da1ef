#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kOffline = "sys/devices/system/cpu/offline";

// A processor whose scaling files are complete.
void addProcessor(TempSystem& system, const std::string& cpu) {
  const std::string directory = "sys/devices/system/cpu/" + cpu + "/cpufreq/";
  system.file(directory + "scaling_cur_freq", "1200000\n");
  system.file(directory + "scaling_governor", "powersave\n");
  system.file(directory + "scaling_available_governors", "performance powersave\n");
  for (const char* file : {"scaling_driver", "related_cpus", "scaling_setspeed"}) {
    system.file(directory + file, "\n");
  }
}

// With this content in one file of the only processor.
std::string samplesWith(const std::string& file, std::string_view content) {
  TempSystem system;
  system.file(kOffline, "\n");
  addProcessor(system, "cpu3");
  system.file("sys/devices/system/cpu/cpu3/cpufreq/" + file, content);
  return collectSamples("cpufreq", system);
}

}  // namespace

TEST(Cpufreq, ReportsFrequenciesAndGovernors) {
  EXPECT_EQ(collectText("cpufreq", fixture("typical")),
            R"(# HELP node_cpu_frequency_hertz Frequency that the processor runs at.
# TYPE node_cpu_frequency_hertz gauge
node_cpu_frequency_hertz{cpu="0"} 1400000000
node_cpu_frequency_hertz{cpu="1"} 1400001000
# HELP node_cpu_frequency_max_hertz Highest frequency that the processor can run at.
# TYPE node_cpu_frequency_max_hertz gauge
node_cpu_frequency_max_hertz{cpu="0"} 3600000000
node_cpu_frequency_max_hertz{cpu="1"} 3600000000
# HELP node_cpu_frequency_min_hertz Lowest frequency that the processor can run at.
# TYPE node_cpu_frequency_min_hertz gauge
node_cpu_frequency_min_hertz{cpu="0"} 800000000
node_cpu_frequency_min_hertz{cpu="1"} 800000000
# HELP node_cpu_scaling_frequency_hertz Frequency that the scaling driver has set.
# TYPE node_cpu_scaling_frequency_hertz gauge
node_cpu_scaling_frequency_hertz{cpu="0"} 1400125000
node_cpu_scaling_frequency_hertz{cpu="1"} 1400125000
# HELP node_cpu_scaling_frequency_max_hertz Highest frequency that the scaling policy allows.
# TYPE node_cpu_scaling_frequency_max_hertz gauge
node_cpu_scaling_frequency_max_hertz{cpu="0"} 3200000000
node_cpu_scaling_frequency_max_hertz{cpu="1"} 3200000000
# HELP node_cpu_scaling_frequency_min_hertz Lowest frequency that the scaling policy allows.
# TYPE node_cpu_scaling_frequency_min_hertz gauge
node_cpu_scaling_frequency_min_hertz{cpu="0"} 800000000
node_cpu_scaling_frequency_min_hertz{cpu="1"} 800000000
# HELP node_cpu_scaling_governor 1 for the governor that sets the processor's frequency, else 0.
# TYPE node_cpu_scaling_governor gauge
node_cpu_scaling_governor{cpu="0",governor="performance"} 0
node_cpu_scaling_governor{cpu="0",governor="powersave"} 1
node_cpu_scaling_governor{cpu="1",governor="performance"} 0
node_cpu_scaling_governor{cpu="1",governor="powersave"} 1
)");
}

TEST(Cpufreq, ReportsTheAverageWhereTheKernelHasIt) {
  EXPECT_NE(samplesWith("cpuinfo_avg_freq", "777\n")
                .find("node_cpu_frequency_avg_hertz{cpu=\"3\"} 777000\n"),
            std::string::npos);
}

TEST(Cpufreq, ReportsNoGovernorWhereNoneIsActive) {
  EXPECT_EQ(samplesWith("scaling_governor", "\n"),
            "node_cpu_scaling_frequency_hertz{cpu=\"3\"} 1200000000\n");
}

TEST(Cpufreq, SplitsGovernorsAtEachBlank) {
  EXPECT_EQ(samplesWith("scaling_available_governors", "a  powersave\n"),
            R"(node_cpu_scaling_frequency_hertz{cpu="3"} 1200000000
node_cpu_scaling_governor{cpu="3",governor="a"} 0
node_cpu_scaling_governor{cpu="3",governor=""} 0
node_cpu_scaling_governor{cpu="3",governor="powersave"} 1
)");
}

TEST(Cpufreq, SkipsProcessorsThatAreOffline) {
  TempSystem system;
  system.file(kOffline, "1,3-9\n").directory("sys/devices/system/cpu/cpu2");
  for (const char* cpu : {"cpu0", "cpu1", "cpu7"}) addProcessor(system, cpu);
  EXPECT_EQ(collectSamples("cpufreq", system),
            R"(node_cpu_scaling_frequency_hertz{cpu="0"} 1200000000
node_cpu_scaling_governor{cpu="0",governor="performance"} 0
node_cpu_scaling_governor{cpu="0",governor="powersave"} 1
)");
}

TEST(Cpufreq, HasNoDataWhereNoProcessorScales) {
  TempSystem system;
  system.file(kOffline, "\n").directory("sys/devices/system/cpu/cpu0");
  EXPECT_EQ(collectError("cpufreq", system), "no data");
}

TEST(Cpufreq, TakesAllProcessorsWithoutTheListOfThoseOffline) {
  TempSystem system;
  addProcessor(system, "cpu0");
  EXPECT_EQ(collectSamples("cpufreq", system).find("node_cpu_scaling_frequency_hertz{cpu=\"0\"} "),
            0u);
  EXPECT_EQ(collectComplaint("cpufreq", system),
            "sys/devices/system/cpu/offline: No such file or directory");
  system.file(kOffline, "some\n");
  EXPECT_EQ(collectComplaint("cpufreq", system),
            "sys/devices/system/cpu/offline:1: expected a list of processors, got 'some'");
}

TEST(Cpufreq, NeedsNoTextForFrequencies) {
  for (const std::string file : {"scaling_governor", "scaling_available_governors",
                                 "scaling_driver", "related_cpus", "scaling_setspeed"}) {
    TempSystem system;
    system.file(kOffline, "\n");
    addProcessor(system, "cpu0");
    system.remove("sys/devices/system/cpu/cpu0/cpufreq/" + file);
    EXPECT_EQ(
        collectSamples("cpufreq", system).find("node_cpu_scaling_frequency_hertz{cpu=\"0\"} "), 0u);
    EXPECT_EQ(collectComplaint("cpufreq", system), "");
  }
}

TEST(Cpufreq, LeavesOutAFrequencyThatTheDriverDoesNotKnow) {
  TempSystem system;
  system.file(kOffline, "\n");
  addProcessor(system, "cpu0");
  system.file("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "<unknown>\n");
  EXPECT_EQ(collectSamples("cpufreq", system),
            R"(node_cpu_scaling_governor{cpu="0",governor="performance"} 0
node_cpu_scaling_governor{cpu="0",governor="powersave"} 1
)");
  EXPECT_EQ(collectComplaint("cpufreq", system), "");
}

TEST(Cpufreq, AFrequencyThatIsGarbledCostsItself) {
  TempSystem system;
  system.file(kOffline, "\n");
  addProcessor(system, "cpu0");
  addProcessor(system, "cpu1");
  system.file("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "fast\n");
  EXPECT_EQ(collectSamples("cpufreq", system),
            R"(node_cpu_scaling_frequency_hertz{cpu="1"} 1200000000
node_cpu_scaling_governor{cpu="0",governor="performance"} 0
node_cpu_scaling_governor{cpu="0",governor="powersave"} 1
node_cpu_scaling_governor{cpu="1",governor="performance"} 0
node_cpu_scaling_governor{cpu="1",governor="powersave"} 1
)");
  EXPECT_EQ(collectComplaint("cpufreq", system),
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq:1: expected a whole number of at "
            "most 64 bits, got 'fast'");
}

}  // namespace orchestrator_exporter
