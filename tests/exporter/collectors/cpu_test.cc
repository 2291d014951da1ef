#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "exporter/host/collector.h"
#include "metrics/exposition/exposition.h"
#include "tests/support/collectors.h"
#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kProcessors = R"(processor	: 0
vendor_id	: GenuineExample
cpu family	: 6
model		: 142
model name	: Example(R) Core  7
stepping	: 10
microcode	: 0xb4
cpu MHz		: 799.998
cache size	: 8192 KB
physical id	: 0
siblings	: 2
core id		: 1
cpu cores	: 1
flags		: fpu vme aes
bugs		: meltdown mds
bogomips	: 4224.00
power management:

processor	: 1
vendor_id	: GenuineExample
flags		: fpu avx
)";

// A host with one processor and nothing but its times.
TempSystem& minimal(TempSystem& system, std::string_view stat = "cpu0 100 0 0 0\n") {
  system.file("proc/stat", stat);
  system.directory("sys/devices/system/cpu/cpu0");
  return system;
}

// One collector that is asked again and again, as in the program.
class LivingCpu {
 public:
  explicit LivingCpu(const Roots& roots) : kernel_(roots) {
    for (const CollectorDefinition& definition : collectorDefinitions()) {
      if (definition.name == "cpu") {
        collector_ = definition.make(Flags({{"collector.cpu.guest", "false"}}), kernel_);
      }
    }
  }

  // The value of a processor's mode, empty if there is none.
  std::string value(const std::string& cpu, const std::string& mode) {
    const auto writer = ExpositionWriter::make({});
    collector_->collect(kernel_, *writer);
    kernel_.endScrape();
    std::string text;
    for (const std::string_view part : writer->finish()) text += part;
    const std::string series = "node_cpu_seconds_total{cpu=\"" + cpu + "\",mode=\"" + mode + "\"} ";
    const std::size_t begin = text.find(series);
    if (begin == std::string::npos) return {};
    const std::size_t number = begin + series.size();
    return text.substr(number, text.find('\n', number) - number);
  }

 private:
  Kernel kernel_;
  std::unique_ptr<Collector> collector_;
};

}  // namespace

TEST(Cpu, ReportsTimesAndThrottlesOfEachProcessor) {
  EXPECT_EQ(
      collectText("cpu", fixture("typical")),
      R"(# HELP node_cpu_core_throttles_total How often the processor core was slowed down by heat.
# TYPE node_cpu_core_throttles_total counter
node_cpu_core_throttles_total{core="0",package="0"} 3
node_cpu_core_throttles_total{core="1",package="0"} 4
# HELP node_cpu_guest_seconds_total Time that the processor spent on guests (virtual machines), which is also in its user and nice time.
# TYPE node_cpu_guest_seconds_total counter
node_cpu_guest_seconds_total{cpu="0",mode="user"} 2
node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.1
node_cpu_guest_seconds_total{cpu="1",mode="user"} 2.5
node_cpu_guest_seconds_total{cpu="1",mode="nice"} 0.2
# HELP node_cpu_package_throttles_total How often the processor package was slowed down by heat.
# TYPE node_cpu_package_throttles_total counter
node_cpu_package_throttles_total{package="0"} 7
# HELP node_cpu_seconds_total Time that the processor spent in each mode.
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0",mode="user"} 37
node_cpu_seconds_total{cpu="0",mode="nice"} 0.5
node_cpu_seconds_total{cpu="0",mode="system"} 12
node_cpu_seconds_total{cpu="0",mode="idle"} 481.5
node_cpu_seconds_total{cpu="0",mode="iowait"} 1.5
node_cpu_seconds_total{cpu="0",mode="irq"} 0
node_cpu_seconds_total{cpu="0",mode="softirq"} 0.6
node_cpu_seconds_total{cpu="0",mode="steal"} 0.05
node_cpu_seconds_total{cpu="1",mode="user"} 36.5
node_cpu_seconds_total{cpu="1",mode="nice"} 0.7
node_cpu_seconds_total{cpu="1",mode="system"} 12.1
node_cpu_seconds_total{cpu="1",mode="idle"} 482.5
node_cpu_seconds_total{cpu="1",mode="iowait"} 1.6
node_cpu_seconds_total{cpu="1",mode="irq"} 0
node_cpu_seconds_total{cpu="1",mode="softirq"} 0.15
node_cpu_seconds_total{cpu="1",mode="steal"} 0.15
)");
}

TEST(Cpu, LeavesOutGuestTimesOnRequest) {
  TempSystem system;
  EXPECT_EQ(collectSamples("cpu", minimal(system, "cpu0 100 200 300 400 500 600 700 800 900\n"),
                           Flags({{"collector.cpu.guest", "false"}})),
            R"(node_cpu_seconds_total{cpu="0",mode="user"} 1
node_cpu_seconds_total{cpu="0",mode="nice"} 2
node_cpu_seconds_total{cpu="0",mode="system"} 3
node_cpu_seconds_total{cpu="0",mode="idle"} 4
node_cpu_seconds_total{cpu="0",mode="iowait"} 5
node_cpu_seconds_total{cpu="0",mode="irq"} 6
node_cpu_seconds_total{cpu="0",mode="softirq"} 7
node_cpu_seconds_total{cpu="0",mode="steal"} 8
)");
}

TEST(Cpu, NeverLetsATimeFall) {
  TempSystem system;
  LivingCpu cpu(minimal(system, "cpu0 100 0 0 1000 500\n"));
  EXPECT_EQ(cpu.value("0", "iowait"), "5");
  system.file("proc/stat", "cpu0 110 0 0 1000 300\n");
  EXPECT_EQ(cpu.value("0", "iowait"), "5");
  EXPECT_EQ(cpu.value("0", "user"), "1.1");
  system.file("proc/stat", "cpu0 120 0 0 701 600\n");
  EXPECT_EQ(cpu.value("0", "idle"), "10");
  EXPECT_EQ(cpu.value("0", "iowait"), "6");
}

TEST(Cpu, StartsAnewWhereIdleTimeFallsByThreeSeconds) {
  TempSystem system;
  LivingCpu cpu(minimal(system, "cpu0 100 0 0 1000 500\n"));
  EXPECT_EQ(cpu.value("0", "user"), "1");
  system.file("proc/stat", "cpu0 50 0 0 700 0\n");
  EXPECT_EQ(cpu.value("0", "user"), "0.5");
  EXPECT_EQ(cpu.value("0", "iowait"), "0");
}

TEST(Cpu, ForgetsProcessorsThatAreTakenAway) {
  TempSystem system;
  LivingCpu cpu(minimal(system, "cpu0 100 0 0 0\ncpu1 900 0 0 0\n"));
  EXPECT_EQ(cpu.value("1", "user"), "9");
  system.file("proc/stat", "cpu0 100 0 0 0\n");
  EXPECT_EQ(cpu.value("1", "user"), "");
  system.file("proc/stat", "cpu0 100 0 0 0\ncpu1 100 0 0 0\n");
  EXPECT_EQ(cpu.value("1", "user"), "1");
}

TEST(Cpu, TellsWhatProcessorsAreOnRequest) {
  TempSystem system;
  Flags flags({{"collector.cpu.info", "true"}, {"collector.cpu.guest", "false"}});
  flags.enableCollector("cpufreq", false);
  const std::string samples =
      collectSamples("cpu", minimal(system, "").file("proc/cpuinfo", kProcessors), flags);
  EXPECT_EQ(
      samples.substr(samples.find("node_cpu_info")),
      R"(node_cpu_info{cachesize="8192 KB",core="1",cpu="0",family="6",microcode="0xb4",model="142",model_name="Example(R) Core  7",package="0",stepping="10",vendor="GenuineExample"} 1
node_cpu_info{cachesize="",core="",cpu="1",family="",microcode="",model="",model_name="",package="",stepping="",vendor="GenuineExample"} 1
)");
}

TEST(Cpu, TellsTheFrequencyOfCpuinfoBesideTheCpufreqCollectorOnly) {
  TempSystem system;
  minimal(system, "").file("proc/cpuinfo", kProcessors);
  Flags flags({{"collector.cpu.info", "true"}});
  EXPECT_NE(collectSamples("cpu", system, flags)
                .find("node_cpu_frequency_hertz{core=\"1\",cpu=\"0\",package=\"0\"} 799998000\n"),
            std::string::npos);
  flags.enableCollector("cpufreq", false);
  EXPECT_EQ(collectSamples("cpu", system, flags).find("node_cpu_frequency_hertz"),
            std::string::npos);
}

TEST(Cpu, PicksFlagsAndBugsOfTheFirstProcessor) {
  TempSystem system;
  Flags flags(
      {{"collector.cpu.info.flags-include", "^a|f"}, {"collector.cpu.info.bugs-include", "^m.s$"}});
  const std::string samples =
      collectSamples("cpu", minimal(system, "").file("proc/cpuinfo", kProcessors), flags);
  EXPECT_EQ(samples.substr(0, samples.find("node_cpu_frequency_hertz")),
            R"(node_cpu_bug_info{bug="mds"} 1
node_cpu_flag_info{flag="fpu"} 1
node_cpu_flag_info{flag="aes"} 1
)");
  EXPECT_NE(samples.find("node_cpu_info{"), std::string::npos);
}

TEST(Cpu, GivesTimesWhateverCpuinfoHolds) {
  TempSystem system;
  minimal(system);
  const Flags flags({{"collector.cpu.info", "true"}});
  ScrapedCollector cpu("cpu", system, flags);
  const auto complaintOf = [&](std::string_view cpuinfo) {
    system.file("proc/cpuinfo", cpuinfo);
    cpu.scrape();
    EXPECT_EQ(cpu.at(R"(node_cpu_seconds_total{cpu="0",mode="user"})"), 1) << cpuinfo;
    return cpu.complaint();
  };
  EXPECT_EQ(complaintOf(""), "proc/cpuinfo:1: expected the number of a processor, got ''");
  // s390x
  EXPECT_EQ(
      complaintOf("vendor_id : x\nprocessor 0: version = FF,  machine = 2964\n"),
      "proc/cpuinfo:1: expected the number of a processor, got 'vendor_id : x\\x0aprocessor 0: "
      "version = FF,  machine = 2964\\x0a'");
  system.remove("proc/cpuinfo");
  cpu.scrape();
  EXPECT_EQ(cpu.at(R"(node_cpu_seconds_total{cpu="0",mode="user"})"), 1);
  EXPECT_EQ(cpu.complaint(), "proc/cpuinfo: No such file or directory");
}

TEST(Cpu, TellsOfTheProcessorsOfCpuinfoThatItUnderstands) {
  TempSystem system;
  minimal(system, "cpu0 1\n")
      .file("proc/cpuinfo",
            "processor\t: one\nvendor_id\t: First\n\n"
            "processor\t: 1\nvendor_id\t: Second\ncpu MHz\t: fast\n"
            "siblings\t: many\n");
  ScrapedCollector cpu("cpu", system, Flags({{"collector.cpu.info", "true"}}));
  cpu.scrape();
  EXPECT_EQ(cpu.at(R"(node_cpu_info{cachesize="",core="",cpu="1",family="",microcode="",model="",)"
                   R"(model_name="",package="",stepping="",vendor="Second"})"),
            1);
  EXPECT_EQ(cpu.body().find("First"), std::string::npos);
  EXPECT_EQ(cpu.body().find("node_cpu_frequency_hertz"), std::string::npos);
  EXPECT_EQ(cpu.complaint(),
            "proc/cpuinfo:1: expected a whole number of at most 32 bits, got 'one'; "
            "proc/cpuinfo:6: expected a number, got 'fast'");
}

// ARM has other keys, and no frequency.
TEST(Cpu, DoesNotKnowAFrequencyThatCpuinfoDoesNotTell) {
  TempSystem system;
  minimal(system, "").file("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 108.00\n");
  const std::string samples =
      collectSamples("cpu", system, Flags({{"collector.cpu.info", "true"}}));
  EXPECT_EQ(samples.find("node_cpu_frequency_hertz"), std::string::npos);
  EXPECT_NE(samples.find("node_cpu_info{"), std::string::npos);
}

TEST(Cpu, ReportsIsolatedProcessors) {
  TempSystem system;
  minimal(system, "").file("sys/devices/system/cpu/isolated", "1,3-4,,6\n");
  EXPECT_EQ(collectSamples("cpu", system), R"(node_cpu_isolated{cpu="1"} 1
node_cpu_isolated{cpu="3"} 1
node_cpu_isolated{cpu="4"} 1
node_cpu_isolated{cpu="6"} 1
)");
  system.file("sys/devices/system/cpu/isolated", "\n");
  EXPECT_EQ(collectSamples("cpu", system), "");
}

TEST(Cpu, ComplainsOfAGarbledListOfIsolatedProcessors) {
  const auto complaintOf = [](std::string_view list) {
    TempSystem system;
    minimal(system).file("sys/devices/system/cpu/isolated", list);
    ScrapedCollector cpu("cpu", system, Flags());
    cpu.scrape();
    EXPECT_EQ(cpu.at(R"(node_cpu_seconds_total{cpu="0",mode="user"})"), 1);
    return cpu.complaint();
  };
  EXPECT_EQ(complaintOf("1-x\n"),
            "sys/devices/system/cpu/isolated:1: expected a list of processors, got '1-x'");
  EXPECT_EQ(complaintOf("0-99999999999\n"),
            "sys/devices/system/cpu/isolated:1: expected fewer than 65536 processors, got "
            "'99999999999'");
}

TEST(Cpu, CountsThrottlesOncePerCoreAndPackage) {
  TempSystem system;
  minimal(system, "");
  const auto processor = [&](const std::string& name, const char* package, const char* core,
                             const char* byCore, const char* byPackage) {
    const std::string directory = "sys/devices/system/cpu/" + name;
    system.file(directory + "/topology/physical_package_id", package);
    system.file(directory + "/topology/core_id", core);
    system.file(directory + "/thermal_throttle/core_throttle_count", byCore);
    system.file(directory + "/thermal_throttle/package_throttle_count", byPackage);
  };
  processor("cpu1", "0\n", "0\n", "none\n", "30\n");
  processor("cpu10", "1\n", "0\n", "15\n", "40\n");
  processor("cpu2", "0\n", "0\n", "7\n", "31\n");  // its sibling's count cannot be read
  processor("cpu3", "0\n", "0\n", "8\n", "32\n");
  processor("cpu4", "-1\n", "0\n", "9\n", "33\n");  // no such topology
  EXPECT_EQ(collectSamples("cpu", system), R"(node_cpu_core_throttles_total{core="0",package="1"} 15
node_cpu_core_throttles_total{core="0",package="0"} 7
node_cpu_package_throttles_total{package="0"} 30
node_cpu_package_throttles_total{package="1"} 40
)");
}

TEST(Cpu, ComplainsOfAProcessorThatCannotBeAsked) {
  TempSystem system;
  const std::string directory = "sys/devices/system/cpu/cpu0";
  minimal(system)
      .file(directory + "/topology/physical_package_id", "0\n")
      .file(directory + "/topology/core_id", "0\n")
      .file(directory + "/thermal_throttle/core_throttle_count", "4\n")
      .directory(directory + "/thermal_throttle/package_throttle_count")
      .directory(directory + "/online");
  EXPECT_NE(collectSamples("cpu", system).find("node_cpu_core_throttles_total"), std::string::npos);
  EXPECT_EQ(collectComplaint("cpu", system),
            directory + "/thermal_throttle/package_throttle_count: Is a directory; " + directory +
                "/online: Is a directory");
  // An unknown place in the topology is no fault.
  system.remove(directory + "/online").file(directory + "/topology/core_id", "-1\n");
  EXPECT_EQ(collectComplaint("cpu", system), "");
}

TEST(Cpu, TellsWhichProcessorsAreOnlineWhereTheFirstOneSays) {
  TempSystem system;
  minimal(system, "").file("sys/devices/system/cpu/cpu0/online", "1\n");
  system.file("sys/devices/system/cpu/cpu1/online", "0\n");
  system.directory("sys/devices/system/cpu/cpu2");
  EXPECT_EQ(collectSamples("cpu", system), R"(node_cpu_online{cpu="0"} 1
node_cpu_online{cpu="1"} 0
)");
  system.remove("sys/devices/system/cpu/cpu0/online");
  EXPECT_EQ(collectSamples("cpu", system), "");
}

TEST(Cpu, FailsWhereProcStatIsMissingOrGarbled) {
  TempSystem system;
  EXPECT_EQ(collectError("cpu", system), "proc/stat: No such file or directory");
  EXPECT_EQ(collectError("cpu", minimal(system, "cpu0 1 2 x\n")),
            "proc/stat:1: expected a number, got 'x'");
}

TEST(Cpu, GivesTheProcessorsWhoseRowsItUnderstands) {
  TempSystem system;
  minimal(system, "cpu 1 x\ncpu0 1 2 x\ncpux 1 2\n\ncpu2 300 0 0 0\nsoftirq 1 2 3\nnew 1\n");
  ScrapedCollector cpu("cpu", system, Flags());
  cpu.scrape();
  EXPECT_EQ(cpu.at(R"(node_cpu_seconds_total{cpu="2",mode="user"})"), 3);
  EXPECT_EQ(cpu.value(R"(node_cpu_seconds_total{cpu="0",mode="user"})"), std::nullopt);
  EXPECT_EQ(cpu.complaint(),
            "proc/stat:2: expected a number, got 'x'; "
            "proc/stat:3: expected cpu and its number, got 'cpux'");
}

TEST(Cpu, GivesTimesWhereSysfsShowsNoProcessor) {
  TempSystem system;
  system.file("proc/stat", "cpu0 100 2 3\n").directory("sys/devices/system/cpu/cpufreq");
  ScrapedCollector cpu("cpu", system, Flags());
  cpu.scrape();
  EXPECT_EQ(cpu.at(R"(node_cpu_seconds_total{cpu="0",mode="user"})"), 1);
  EXPECT_EQ(cpu.complaint(), "sys/devices/system/cpu/cpu<N>: No such file or directory");
}

}  // namespace orchestrator_exporter
