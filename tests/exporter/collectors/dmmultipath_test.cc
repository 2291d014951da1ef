#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDevice = "sys/block/dm-0/";

void fill(TempSystem& system) {
  system.file(kDevice + "dm/name", "mpatha\n")
      .file(kDevice + "dm/uuid", "mpath-3600a0b80000f1e2d\n")
      .file(kDevice + "dm/suspended", "0\n")
      .file(kDevice + "size", "2097152\n")
      .link(kDevice + "slaves/sda", "../../sda")
      .link(kDevice + "slaves/sdb", "../../sdb")
      .link(kDevice + "slaves/nvme0n1", "../../nvme0n1")
      .file("sys/block/sda/device/state", "running\n")
      .file("sys/block/sdb/device/state", "offline\n")
      .file("sys/block/nvme0n1/device/state", "live\n")
      .file("sys/block/dm-1/dm/uuid", "LVM-abcdef\n")
      .directory("sys/block/dm-2");
}

}  // namespace

TEST(DmMultipath, ReportsDevicesAndPaths) {
  TempSystem system;
  fill(system);
  EXPECT_EQ(collectSamples("dmmultipath", system),
            R"(node_dmmultipath_device_active{device="mpatha",sysfs_name="dm-0"} 1
node_dmmultipath_device_info{device="mpatha",sysfs_name="dm-0",uuid="mpath-3600a0b80000f1e2d"} 1
node_dmmultipath_device_paths{device="mpatha",sysfs_name="dm-0"} 3
node_dmmultipath_device_paths_active{device="mpatha",sysfs_name="dm-0"} 2
node_dmmultipath_device_paths_failed{device="mpatha",sysfs_name="dm-0"} 1
node_dmmultipath_device_size_bytes{device="mpatha",sysfs_name="dm-0"} 1073741824
node_dmmultipath_path_state{device="mpatha",path="nvme0n1",state="live"} 1
node_dmmultipath_path_state{device="mpatha",path="sda",state="running"} 1
node_dmmultipath_path_state{device="mpatha",path="sdb",state="offline"} 1
)");
}

TEST(DmMultipath, ASuspendedDeviceIsNotActive) {
  TempSystem system;
  fill(system);
  system.file(kDevice + "dm/suspended", "1\n");
  EXPECT_THAT(collectSamples("dmmultipath", system),
              HasSubstr("device_active{device=\"mpatha\",sysfs_name=\"dm-0\"} 0\n"));
}

TEST(DmMultipath, APathThatIsNotALinkIsFoundByItsName) {
  TempSystem system;
  fill(system);
  system.remove(kDevice + "slaves/sda").directory(kDevice + "slaves/sda");
  EXPECT_THAT(collectSamples("dmmultipath", system), HasSubstr("path=\"sda\",state=\"running\""));
}

TEST(DmMultipath, WithoutMultipathDevicesThereIsNothingToReport) {
  TempSystem system;
  system.file("sys/block/dm-1/dm/uuid", "LVM-abcdef\n").directory("sys/block/sda");
  EXPECT_EQ(collectText("dmmultipath", system), "");
}

TEST(DmMultipath, WithoutBlockDevicesThereIsNoData) {
  EXPECT_EQ(collectError("dmmultipath", TempSystem()), "no data");
}

TEST(DmMultipath, AnAttributeThatIsMissingCostsItself) {
  const auto samplesWithout = [](const std::string& path) {
    TempSystem system;
    fill(system);
    return collectSamples("dmmultipath", system.remove(path));
  };
  EXPECT_THAT(samplesWithout("sys/block/dm-0/dm/name"),
              HasSubstr("device_paths{device=\"\",sysfs_name=\"dm-0\"} 3\n"));
  EXPECT_THAT(samplesWithout("sys/block/dm-0/dm/suspended"),
              AllOf(Not(HasSubstr("device_active")), HasSubstr("device_size_bytes")));
  EXPECT_THAT(samplesWithout("sys/block/dm-0/size"),
              AllOf(Not(HasSubstr("device_size_bytes")), HasSubstr("device_active")));
  EXPECT_THAT(samplesWithout("sys/block/dm-0/slaves"),
              AllOf(Not(HasSubstr("paths")), HasSubstr("device_active")));
}

TEST(DmMultipath, DoesNotKnowHowManyPathsCanBeUsedWhileOneDoesNotTell) {
  TempSystem system;
  fill(system);
  system.remove("sys/block/sdb/device/state");
  const std::string samples = collectSamples("dmmultipath", system);
  EXPECT_THAT(samples, HasSubstr("device_paths{device=\"mpatha\",sysfs_name=\"dm-0\"} 3\n"));
  EXPECT_THAT(samples, HasSubstr("path=\"sda\",state=\"running\""));
  EXPECT_THAT(samples, Not(HasSubstr("paths_active")));
  EXPECT_THAT(samples, Not(HasSubstr("paths_failed")));
}

TEST(DmMultipath, WhatIsGarbledOrUnreadableCostsItself) {
  TempSystem system;
  fill(system);
  system.file(kDevice + "size", "big\n").remove(kDevice + "dm/name").directory(kDevice + "dm/name");
  EXPECT_EQ(collectComplaint("dmmultipath", system),
            "sys/block/dm-0/dm/name: Is a directory; "
            "sys/block/dm-0/size:1: expected a whole number of at most 64 bits, got 'big'");
  EXPECT_THAT(collectSamples("dmmultipath", system), HasSubstr("device_active"));
}

}  // namespace orchestrator_exporter
