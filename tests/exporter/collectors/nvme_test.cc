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

TEST(Nvme, SizesThatAreNoNumbersCountAsZero) {
  TempSystem system;
  addController(system, "nvme0");
  addNamespace(system, "nvme0", "nvme0n1");
  system.file("sys/class/nvme/nvme0/nvme0n1/nuse", "many\n")
      .file("sys/class/nvme/nvme0/nvme0n1/size", "99999999999999999999\n");
  const std::string samples = collectSamples("nvme", system);
  EXPECT_THAT(samples,
              HasSubstr("node_nvme_namespace_used_bytes{device=\"nvme0\",nsid=\"1\"} 0\n"));
  EXPECT_THAT(samples,
              HasSubstr("node_nvme_namespace_size_bytes{device=\"nvme0\",nsid=\"1\"} 0\n"));
}

TEST(Nvme, WithoutTheClassThereIsNoData) {
  EXPECT_EQ(collectError("nvme", TempSystem()), "no data");
}

TEST(Nvme, AMissingAttributeMeansNoDataOfAnyDevice) {
  for (const std::string file :
       {"firmware_rev", "model", "serial", "state", "cntlid", "nvme1n1/nuse", "nvme1n1/size",
        "nvme1n1/queue/logical_block_size"}) {
    TempSystem system;
    for (const std::string name : {"nvme0", "nvme1"}) {
      addController(system, name);
      addNamespace(system, name, name + "n1");
    }
    EXPECT_EQ(collectError("nvme", system), "");
    system.remove("sys/class/nvme/nvme1/" + file);
    EXPECT_EQ(collectError("nvme", system), "no data") << file;
  }
}

TEST(Nvme, FailsWhereAnAttributeCannotBeRead) {
  TempSystem system;
  addController(system, "nvme0");
  system.remove("sys/class/nvme/nvme0/model").directory("sys/class/nvme/nvme0/model");
  EXPECT_EQ(collectError("nvme", system), "sys/class/nvme/nvme0/model: Is a directory");
}

}  // namespace orchestrator_exporter
