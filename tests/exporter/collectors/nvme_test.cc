#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void addController(TempSystem& system, const std::string& name) {
  const std::string directory = "sys/class/nvme/" + name + "/";
  system.file(directory + "firmware_rev", "1B2QEXP7\n")
      .file(directory + "model", "Example SSD\n")
      .file(directory + "serial", "S680HF8N190894I\n")
      .file(directory + "state", "live\n")
      .file(directory + "cntlid", "1997\n");
}

void addNamespace(TempSystem& system, const std::string& controller, const std::string& name) {
  const std::string directory = "sys/class/nvme/" + controller + "/" + name + "/";
  system.file(directory + "nuse", "10\n")
      .file(directory + "size", "30\n")
      .file(directory + "queue/logical_block_size", "4096\n")
      .file(directory + "ana_state", "optimized\n");
}

}  // namespace

TEST(Nvme, ReportsControllersAndNamespaces) {
  EXPECT_EQ(
      collectSamples("nvme", fixture("typical")),
      R"(node_nvme_info{cntlid="4",device="nvme0",firmware_revision="2B2QFXO7",model="Example SSD 500GB",serial="S5GXNX0T123456",state="live"} 1
node_nvme_namespace_capacity_bytes{device="nvme0",nsid="1"} 500107862016
node_nvme_namespace_info{ana_state="unknown",device="nvme0",nsid="1"} 1
node_nvme_namespace_logical_block_size_bytes{device="nvme0",nsid="1"} 512
node_nvme_namespace_size_bytes{device="nvme0",nsid="1"} 500107862016
node_nvme_namespace_used_bytes{device="nvme0",nsid="1"} 250053931008
)");
}

TEST(Nvme, SizesAreCountedInLogicalBlocks) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0n12");
  const std::string samples = collectSamples("nvme", system);
  EXPECT_THAT(samples,
              HasSubstr("node_nvme_namespace_size_bytes{device=\"nvme0\",nsid=\"12\"} 122880\n"));
  EXPECT_THAT(samples,
              HasSubstr("node_nvme_namespace_used_bytes{device=\"nvme0\",nsid=\"12\"} 40960\n"));
  EXPECT_THAT(samples, HasSubstr("ana_state=\"optimized\""));
}

TEST(Nvme, PathsOfAMultipathNamespaceAreNoNamespaces) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0c0n1");
  EXPECT_THAT(collectSamples("nvme", system), Not(HasSubstr("nsid")));
}

TEST(Nvme, OtherDirectoriesOfAControllerAreNone) {
  TempSystem system;
  addController(system, "nvme0");
  for (const std::string name : {"power", "hwmon1", "ng0n1", "nvme0n", "nvmen1", "nvme0c1"}) {
    system.directory("sys/class/nvme/nvme0/" + name);
  }
  EXPECT_EQ(collectError("nvme", system), "");
}

TEST(Nvme, AnEmptyAccessStateIsNotAnUnknownOne) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0n1");
  system.file("sys/class/nvme/nvme0/nvme0n1/ana_state", "\n");
  EXPECT_THAT(collectSamples("nvme", system), HasSubstr("ana_state=\"\""));
}

TEST(Nvme, LeavesOutSizesThatAreNoNumbers) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0n1");
  system.file("sys/class/nvme/nvme0/nvme0n1/nuse", "many\n");
  const std::string samples = collectSamples("nvme", system);
  EXPECT_THAT(samples, Not(HasSubstr("node_nvme_namespace_used_bytes")));
  EXPECT_THAT(samples,
              HasSubstr("node_nvme_namespace_size_bytes{device=\"nvme0\",nsid=\"1\"} 122880\n"));
  EXPECT_EQ(collectComplaint("nvme", system),
            "sys/class/nvme/nvme0/nvme0n1/nuse:1: expected a whole number of at most 64 bits, got "
            "'many'");
}

TEST(Nvme, WithoutTheClassThereIsNoData) {
  EXPECT_EQ(collectError("nvme", TempSystem()), "no data");
}

TEST(Nvme, AMissingAttributeCostsItselfAlone) {
  for (const std::string file : {"firmware_rev", "model", "serial", "state", "cntlid"}) {
    TempSystem system;
    addController(system, "nvme0");
    addController(system, "nvme1");
    addNamespace(system, "nvme1", "nvme1n1");
    system.remove("sys/class/nvme/nvme1/" + file);
    const std::string samples = collectSamples("nvme", system);
    EXPECT_THAT(samples, HasSubstr("device=\"nvme0\",firmware_revision=\"1B2QEXP7\"")) << file;
    EXPECT_THAT(samples, testing::ContainsRegex("node_nvme_info.*device=\"nvme1\"")) << file;
    EXPECT_THAT(samples, HasSubstr("=\"\"")) << file;
    EXPECT_THAT(samples, HasSubstr("used_bytes{device=\"nvme1\",nsid=\"1\"} 40960\n")) << file;
    EXPECT_EQ(collectComplaint("nvme", system), "") << file;
  }
}

TEST(Nvme, ANamespaceThatLacksASizeIsGivenWithTheOthers) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0n1");
  system.remove("sys/class/nvme/nvme0/nvme0n1/queue/logical_block_size");
  const std::string samples = collectSamples("nvme", system);
  EXPECT_THAT(samples, HasSubstr("node_nvme_namespace_info{ana_state=\"optimized\""));
  EXPECT_THAT(samples, Not(HasSubstr("bytes")));
}

TEST(Nvme, PassesOverAControllerThatIsGone) {
  TempSystem system;
  addController(system, "nvme0");
  system.link("sys/class/nvme/nvme1", "../../devices/nvme1").directory("sys/class/nvme/nvme2");
  const std::string samples = collectSamples("nvme", system);
  EXPECT_THAT(samples, HasSubstr("device=\"nvme0\""));
  EXPECT_THAT(samples, Not(HasSubstr("nvme1")));
  EXPECT_THAT(samples, Not(HasSubstr("nvme2")));
  EXPECT_EQ(collectComplaint("nvme", system), "");
}

TEST(Nvme, TellsOfAnAttributeThatCannotBeRead) {
  TempSystem system;
  addController(system, "nvme0");
  system.remove("sys/class/nvme/nvme0/model").directory("sys/class/nvme/nvme0/model");
  EXPECT_THAT(collectSamples("nvme", system), HasSubstr("model=\"\",serial=\"S680HF8N190894I\""));
  EXPECT_EQ(collectComplaint("nvme", system), "sys/class/nvme/nvme0/model: Is a directory");
}

}  // namespace orchestrator_exporter
