#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kBoth =
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=36900\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=25\n";

}  // namespace

TEST(Pressure, ReportsTheTimeLostToFourResources) {
  EXPECT_EQ(
      collectText("pressure", fixture("typical")),
      R"(# HELP node_pressure_cpu_waiting_seconds_total Time in which some task waited for a processor.
# TYPE node_pressure_cpu_waiting_seconds_total counter
node_pressure_cpu_waiting_seconds_total 31.337416
# HELP node_pressure_io_stalled_seconds_total Time in which no task could run for waiting on input or output.
# TYPE node_pressure_io_stalled_seconds_total counter
node_pressure_io_stalled_seconds_total 4.757152
# HELP node_pressure_io_waiting_seconds_total Time in which some task waited for input or output.
# TYPE node_pressure_io_waiting_seconds_total counter
node_pressure_io_waiting_seconds_total 5.25
# HELP node_pressure_irq_stalled_seconds_total Time in which no task could run because interrupts were served.
# TYPE node_pressure_irq_stalled_seconds_total counter
node_pressure_irq_stalled_seconds_total 0.000731
# HELP node_pressure_memory_stalled_seconds_total Time in which no task could run for waiting on memory.
# TYPE node_pressure_memory_stalled_seconds_total counter
node_pressure_memory_stalled_seconds_total 0.001024
# HELP node_pressure_memory_waiting_seconds_total Time in which some task waited for memory.
# TYPE node_pressure_memory_waiting_seconds_total counter
node_pressure_memory_waiting_seconds_total 0.002048
)");
}

TEST(Pressure, GoesOnWithoutFilesOfOlderKernels) {
  TempSystem system;
  system.file("proc/pressure/memory", kBoth);
  // Divided by a thousand twice, which is not quite the nearest number.
  EXPECT_EQ(collectSamples("pressure", system),
            R"(node_pressure_memory_stalled_seconds_total 2.5e-05
node_pressure_memory_waiting_seconds_total 0.036899999999999995
)");
}

TEST(Pressure, HasNoDataWithoutAnyFile) {
  EXPECT_EQ(collectError("pressure", TempSystem()), "no data");
}

TEST(Pressure, HasNoDataWhereAllFilesRefuseToBeRead) {
  TempSystem system;
  system.file("proc/pressure/cpu", "");
  EXPECT_EQ(collectError("pressure", system), "no data");
}

TEST(Pressure, GivesTheLinesThatThereAre) {
  TempSystem system;
  system.file("proc/pressure/cpu", "full avg10=0.00 avg60=0.00 avg300=0.00 total=25\n")
      .file("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=36900\n")
      .file("proc/pressure/irq", "\nmost avg10=0.00 total=9\nfull avg10=0.00 total=3000000\n");
  EXPECT_EQ(collectSamples("pressure", system),
            "node_pressure_io_waiting_seconds_total 0.036899999999999995\n"
            "node_pressure_irq_stalled_seconds_total 3\n");
  EXPECT_EQ(collectComplaint("pressure", system), "");
}

TEST(Pressure, LeavesOutALineThatIsGarbled) {
  const auto complaintOf = [](std::string_view line) {
    TempSystem system;
    system.file("proc/pressure/io",
                std::string(line) + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n");
    EXPECT_EQ(collectSamples("pressure", system), "node_pressure_io_stalled_seconds_total 3\n");
    return collectComplaint("pressure", system);
  };
  EXPECT_EQ(complaintOf("some avg10=0.00 avg60=0.00 avg300=0.00 total=x"),
            "proc/pressure/io:1: expected total= and microseconds, got 'total=x'");
  EXPECT_EQ(complaintOf("some avg10=0.00"),
            "proc/pressure/io:1: expected total= and microseconds, got 'avg10=0.00'");
}

TEST(Pressure, DoesNotNeedTheAverages) {
  TempSystem system;
  system.file("proc/pressure/cpu", "some avg10=much avg900=0.00 total=3000000\n");
  EXPECT_EQ(collectSamples("pressure", system), "node_pressure_cpu_waiting_seconds_total 3\n");
}

TEST(Pressure, FailsWhereNothingCanBeRead) {
  TempSystem system;
  system.directory("proc/pressure/io");
  EXPECT_EQ(collectError("pressure", system), "proc/pressure/io: Is a directory");
}

}  // namespace orchestrator_exporter
