#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

// The labels behind the code name that a text gives.
std::string labelsOf(std::string_view text) {
  TempSystem system;
  system.file("sys/devices/system/cpu/vulnerabilities/x", text);
  const std::string samples = collectSamples("cpu_vulnerabilities", system);
  constexpr std::string_view kBefore = "node_cpu_vulnerabilities_info{codename=\"x\",";
  return samples.substr(kBefore.size(), samples.find('}') - kBefore.size());
}

}  // namespace

TEST(CpuVulnerabilities, ReportsStateAndMitigation) {
  EXPECT_EQ(
      collectText("cpu_vulnerabilities", fixture("typical")),
      R"(# HELP node_cpu_vulnerabilities_info How the host stands to a flaw of its processors; always 1.
# TYPE node_cpu_vulnerabilities_info gauge
node_cpu_vulnerabilities_info{codename="mds",mitigation="Clear CPU buffers attempted, no microcode",state="vulnerable"} 1
node_cpu_vulnerabilities_info{codename="meltdown",mitigation="PTI",state="mitigation"} 1
node_cpu_vulnerabilities_info{codename="srbds",mitigation="",state="not affected"} 1
)");
}

TEST(CpuVulnerabilities, KnowsFourStatesInAnyCase) {
  EXPECT_EQ(labelsOf("NOT AFFECTED at all\n"), R"(mitigation="",state="not affected")");
  EXPECT_EQ(labelsOf("vulnerable\n"), R"(mitigation="",state="vulnerable")");
  EXPECT_EQ(labelsOf("Vulnerable, IBPB:  disabled\n"),
            R"(mitigation="IBPB: disabled",state="vulnerable")");
  EXPECT_EQ(labelsOf("Unknown: No mitigations\n"),
            R"(mitigation="No mitigations",state="unknown")");
  EXPECT_EQ(labelsOf("\n"), R"(mitigation="",state="unknown")");
}

TEST(CpuVulnerabilities, KeepsTheWholeOfATextThatItDoesNotKnow) {
  EXPECT_EQ(labelsOf("KVM: Mitigation:  VMX disabled\n"),
            R"(mitigation="KVM: Mitigation:  VMX disabled",state="unknown")");
}

TEST(CpuVulnerabilities, ReportsNothingOnKernelsThatDoNotTell) {
  EXPECT_EQ(collectSamples("cpu_vulnerabilities", TempSystem()), "");
}

TEST(CpuVulnerabilities, AFileThatCannotBeReadCostsItself) {
  TempSystem system;
  system.directory("sys/devices/system/cpu/vulnerabilities/a");
  EXPECT_EQ(collectError("cpu_vulnerabilities", system),
            "sys/devices/system/cpu/vulnerabilities/a: Is a directory");
  system.file("sys/devices/system/cpu/vulnerabilities/b", "Not affected\n");
  EXPECT_EQ(
      collectSamples("cpu_vulnerabilities", system),
      "node_cpu_vulnerabilities_info{codename=\"b\",mitigation=\"\",state=\"not affected\"} 1\n");
  EXPECT_EQ(collectComplaint("cpu_vulnerabilities", system),
            "sys/devices/system/cpu/vulnerabilities/a: Is a directory");
}

}  // namespace orchestrator_exporter
