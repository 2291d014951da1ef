#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSubsystem = "sys/class/nvme-subsystem/nvme-subsys0/";

void fill(TempSystem& system) {
  system.file(kSubsystem + "subsysnqn", "nqn.2014-08.org.example:one\n")
      .file(kSubsystem + "model", "Example Array\n")
      .file(kSubsystem + "serial", "SER1\n")
      .file(kSubsystem + "iopolicy", "round-robin\n")
      .file(kSubsystem + "nvme0/state", "live\n")
      .file(kSubsystem + "nvme0/transport", "tcp\n")
      .file(kSubsystem + "nvme0/address", "traddr=192.0.2.1,trsvcid=4420\n")
      .file(kSubsystem + "nvme12/state", "connecting\n")
      .file(kSubsystem + "nvme12/transport", "rdma\n")
      .file(kSubsystem + "nvme12/address", "traddr=192.0.2.2,trsvcid=4420\n")
      .directory(kSubsystem + "nvme0n1")
      .directory(kSubsystem + "nvme0c0n1")
      .directory(kSubsystem + "nvme0n1p1")
      .directory(kSubsystem + "power");
}

}  // namespace

TEST(NvmeSubsystem, ReportsNamespacesAndPaths) {
  TempSystem system;
  fill(system);
  EXPECT_EQ(
      collectSamples("nvmesubsystem", system),
      R"(node_nvmesubsystem_info{iopolicy="round-robin",model="Example Array",nqn="nqn.2014-08.org.example:one",serial="SER1",subsystem="nvme-subsys0"} 1
node_nvmesubsystem_namespace_info{device="nvme0n1",subsystem="nvme-subsys0"} 1
node_nvmesubsystem_path_state{controller="nvme0",state="connecting",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme0",state="dead",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme0",state="deleting",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme0",state="live",subsystem="nvme-subsys0",transport="tcp"} 1
node_nvmesubsystem_path_state{controller="nvme0",state="new",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme0",state="resetting",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme0",state="unknown",subsystem="nvme-subsys0",transport="tcp"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="connecting",subsystem="nvme-subsys0",transport="rdma"} 1
node_nvmesubsystem_path_state{controller="nvme12",state="dead",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="deleting",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="live",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="new",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="resetting",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_path_state{controller="nvme12",state="unknown",subsystem="nvme-subsys0",transport="rdma"} 0
node_nvmesubsystem_paths{subsystem="nvme-subsys0"} 2
node_nvmesubsystem_paths_live{subsystem="nvme-subsys0"} 1
)");
}

TEST(NvmeSubsystem, DeletingWithoutInputAndOutputIsDeleting) {
  TempSystem system;
  fill(system);
  system.file(kSubsystem + "nvme0/state", "deleting (no IO)\n")
      .file(kSubsystem + "nvme12/state", "confused\n");
  const std::string samples = collectSamples("nvmesubsystem", system);
  EXPECT_THAT(samples, HasSubstr(R"({controller="nvme0",state="deleting",)"
                                 R"(subsystem="nvme-subsys0",transport="tcp"} 1)"));
  EXPECT_THAT(samples, HasSubstr(R"({controller="nvme12",state="unknown",)"
                                 R"(subsystem="nvme-subsys0",transport="rdma"} 1)"));
  EXPECT_THAT(samples, HasSubstr("node_nvmesubsystem_paths_live{subsystem=\"nvme-subsys0\"} 0\n"));
}

TEST(NvmeSubsystem, WithoutTheClassThereIsNoData) {
  EXPECT_EQ(collectError("nvmesubsystem", TempSystem()), "no data");
}

TEST(NvmeSubsystem, AClassWithoutSubsystemsHasNothingToReport) {
  TempSystem system;
  system.directory("sys/class/nvme-subsystem/nvme-subsys")
      .directory("sys/class/nvme-subsystem/nvme-subsys0x");
  EXPECT_EQ(collectText("nvmesubsystem", system), "");
}

TEST(NvmeSubsystem, LeavesLabelsEmptyWhoseAttributesAreMissing) {
  TempSystem system;
  fill(system);
  for (const std::string file : {"model", "iopolicy", "nvme0/transport", "nvme0/address"}) {
    system.remove(kSubsystem + file);
  }
  const std::string samples = collectSamples("nvmesubsystem", system);
  EXPECT_THAT(samples, HasSubstr("iopolicy=\"\",model=\"\",nqn=\"nqn.2014-08.org.example:one\""));
  EXPECT_THAT(samples, HasSubstr(R"({controller="nvme0",state="live",)"
                                 R"(subsystem="nvme-subsys0",transport=""} 1)"));
  EXPECT_THAT(samples, HasSubstr("node_nvmesubsystem_paths_live{subsystem=\"nvme-subsys0\"} 1\n"));
}

TEST(NvmeSubsystem, APathWithoutAStateIsInAnUnknownOne) {
  TempSystem system;
  fill(system);
  system.remove(kSubsystem + "nvme0/state");
  const std::string samples = collectSamples("nvmesubsystem", system);
  EXPECT_THAT(samples, HasSubstr(R"({controller="nvme0",state="unknown",)"
                                 R"(subsystem="nvme-subsys0",transport="tcp"} 1)"));
  EXPECT_THAT(samples, HasSubstr("node_nvmesubsystem_paths{subsystem=\"nvme-subsys0\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("node_nvmesubsystem_paths_live{subsystem=\"nvme-subsys0\"} 0\n"));
}

TEST(NvmeSubsystem, PassesOverAPathThatIsGone) {
  TempSystem system;
  fill(system);
  system.link(kSubsystem + "nvme3", "../../devices/nvme3");
  const std::string samples = collectSamples("nvmesubsystem", system);
  EXPECT_THAT(samples, Not(HasSubstr("nvme3")));
  EXPECT_THAT(samples, HasSubstr("node_nvmesubsystem_paths{subsystem=\"nvme-subsys0\"} 2\n"));
}

TEST(NvmeSubsystem, TellsOfAnAttributeThatCannotBeRead) {
  TempSystem system;
  fill(system);
  system.remove(kSubsystem + "model").directory(kSubsystem + "model");
  EXPECT_THAT(collectSamples("nvmesubsystem", system), HasSubstr("serial=\"SER1\""));
  EXPECT_EQ(collectComplaint("nvmesubsystem", system), kSubsystem + "model: Is a directory");
}

}  // namespace orchestrator_exporter
