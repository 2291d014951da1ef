#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string samplesOf(std::string_view lines, const Flags& flags = {}) {
  TempSystem system;
  system.file("proc/interrupts", "  CPU0\n" + std::string(lines));
  return collectSamples("interrupts", system, flags);
}

}  // namespace

TEST(Interrupts, ReportsLinesThatTellWhatTheyAre) {
  EXPECT_EQ(collectText("interrupts", fixture("typical")),
            R"(# HELP node_interrupts_total Interrupts served, by processor.
# TYPE node_interrupts_total counter
node_interrupts_total{cpu="0",devices="2-edge timer",info="IO-APIC",type="0"} 17
node_interrupts_total{cpu="1",devices="2-edge timer",info="IO-APIC",type="0"} 0
node_interrupts_total{cpu="0",devices="1048576-edge nvme0q0, nvme0q1",info="PCI-MSI",type="24"} 0
node_interrupts_total{cpu="1",devices="1048576-edge nvme0q0, nvme0q1",info="PCI-MSI",type="24"} 412
node_interrupts_total{cpu="0",devices="",info="Non-maskable interrupts",type="NMI"} 2
node_interrupts_total{cpu="1",devices="",info="Non-maskable interrupts",type="NMI"} 3
)");
}

TEST(Interrupts, NeedsNoBlankBehindTheColon) {
  EXPECT_EQ(samplesOf("IPI0:5   Rescheduling  interrupts\n"),
            "node_interrupts_total{cpu=\"0\",devices=\"\",info=\"Rescheduling interrupts\","
            "type=\"IPI0\"} 5\n");
}

TEST(Interrupts, TakesTheLastOfTwoLinesOfOneName) {
  EXPECT_EQ(samplesOf("7: 5 a b\n7: 6 c\n"),
            "node_interrupts_total{cpu=\"0\",devices=\"\",info=\"c\",type=\"7\"} 6\n");
}

TEST(Interrupts, LeavesOutZerosOnRequest) {
  EXPECT_EQ(samplesOf("7: 0 a\n8: 1 b\n", Flags({{"collector.interrupts.include-zeros", "false"}})),
            "node_interrupts_total{cpu=\"0\",devices=\"\",info=\"b\",type=\"8\"} 1\n");
}

TEST(Interrupts, FiltersByNameInfoAndDevices) {
  const std::string_view lines = "7: 1 chip eth0\nNMI: 2 Non-maskable\n";
  EXPECT_EQ(samplesOf(lines, Flags({{"collector.interrupts.name-include", "^7;chip;eth0$"}})),
            "node_interrupts_total{cpu=\"0\",devices=\"eth0\",info=\"chip\",type=\"7\"} 1\n");
  EXPECT_EQ(samplesOf(lines, Flags({{"collector.interrupts.name-exclude", "eth"}})),
            "node_interrupts_total{cpu=\"0\",devices=\"\",info=\"Non-maskable\",type=\"NMI\"} 2\n");
  EXPECT_EQ(samplesOf(lines, Flags({{"collector.interrupts.name-exclude", "eth"},
                                    {"collector.interrupts.name-include", "chip"}})),
            "");
}

// A processor that is offline has no column.
TEST(Interrupts, NumbersTheProcessorsAsTheHeaderDoes) {
  TempSystem system;
  system.file("proc/interrupts", "      CPU0       CPU2\n  3:  8053   5  GICv3  27 Level\n");
  EXPECT_EQ(collectSamples("interrupts", system),
            "node_interrupts_total{cpu=\"0\",devices=\"27 Level\",info=\"GICv3\",type=\"3\"} 8053\n"
            "node_interrupts_total{cpu=\"2\",devices=\"27 Level\",info=\"GICv3\",type=\"3\"} 5\n");
}

TEST(Interrupts, ACountThatIsGarbledCostsItself) {
  TempSystem system;
  system.file("proc/interrupts", " CPU0 CPU1\n 7: few 3 chip eth0\n\nfuture line\n 8: 1 2 chip\n");
  EXPECT_EQ(collectSamples("interrupts", system),
            "node_interrupts_total{cpu=\"1\",devices=\"eth0\",info=\"chip\",type=\"7\"} 3\n"
            "node_interrupts_total{cpu=\"0\",devices=\"\",info=\"chip\",type=\"8\"} 1\n"
            "node_interrupts_total{cpu=\"1\",devices=\"\",info=\"chip\",type=\"8\"} 2\n");
  EXPECT_EQ(collectComplaint("interrupts", system),
            "proc/interrupts:2: expected a number, got 'few'");
}

TEST(Interrupts, FailsWhereTheFileIsMissingEmptyOrGarbled) {
  TempSystem system;
  EXPECT_EQ(collectError("interrupts", system), "proc/interrupts: No such file or directory");
  system.file("proc/interrupts", "");
  EXPECT_EQ(collectError("interrupts", system), "proc/interrupts:1: expected a header, got ''");
  system.file("proc/interrupts", " CPU0 GPU1\n 7: 1 2 chip eth0\n");
  EXPECT_EQ(collectError("interrupts", system),
            "proc/interrupts:1: expected CPU and its number, got 'GPU1'");
  system.file("proc/interrupts", " CPU0\n 7: few chip eth0\n");
  EXPECT_EQ(collectError("interrupts", system), "proc/interrupts:2: expected a number, got 'few'");
}

}  // namespace orchestrator_exporter
