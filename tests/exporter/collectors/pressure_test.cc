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

TEST(Pressure, HasNoDataWhereALineIsMissing) {
  const auto errorOf = [](std::string_view path, std::string_view content) {
    TempSystem system;
    system.file("proc/pressure/cpu", kBoth);
    system.file(path, content);
    return collectError("pressure", system);
  };
  constexpr std::string_view kSome = "some avg10=0.00 avg60=0.00 avg300=0.00 total=36900\n";
  EXPECT_EQ(errorOf("proc/pressure/io", kSome), "no data");
  EXPECT_EQ(errorOf("proc/pressure/irq", kSome), "no data");
  EXPECT_EQ(errorOf("proc/pressure/cpu", ""), "no data");
  EXPECT_EQ(errorOf("proc/pressure/cpu", kSome), "");
}

TEST(Pressure, FailsWhereALineIsGarbled) {
  const auto errorOf = [](std::string_view content) {
    TempSystem system;
    system.file("proc/pressure/io", content);
    return collectError("pressure", system);
  };
  EXPECT_EQ(errorOf("some avg10=0.00 avg60=0.00 avg300=0.00 total=x\n"),
            "proc/pressure/io:1: expected total= and microseconds, got 'total=x'");
  EXPECT_EQ(
      errorOf("some avg10=0.00 avg60=much avg300=0.00 total=1\n"),
      "proc/pressure/io:1: expected an average over 10, 60 and 300 seconds, got 'avg60=much'");
  EXPECT_EQ(errorOf("some avg10=0.00\n"), "proc/pressure/io:1: expected at least 3 columns, got 2");
}

}  // namespace orchestrator_exporter
