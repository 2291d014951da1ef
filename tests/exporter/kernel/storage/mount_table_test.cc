#include "exporter/kernel/storage/mount_table.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kGoodRow = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";

struct Reading {
  std::vector<Mount> mounts;
  std::vector<ParseError> refusals;
};

Reading readAll(Kernel& kernel) {
  Reading reading;
  reading.mounts = mountsIn(readMountTable(kernel), kernel.roots(), reading.refusals);
  return reading;
}

// The only mount of a table, on a host whose root is at `rootfs`.
Mount readOne(Kernel& kernel) {
  const std::vector<Mount> mounts = readAll(kernel).mounts;
  EXPECT_EQ(mounts.size(), 1u);
  return mounts.at(0);
}

}  // namespace

TEST(MountTable, AMountHasDeviceTypeSourceAndPoint) {
  TempSystem system;
  system.file("proc/1/mountinfo", kGoodRow);
  Kernel kernel(system);
  const Mount mount = readOne(kernel);
  EXPECT_EQ(mount.major, 8);
  EXPECT_EQ(mount.minor, 1);
  EXPECT_EQ(mount.point, "/");
  EXPECT_EQ(mount.type, "ext4");
  EXPECT_EQ(mount.source, "/dev/sda1");
  EXPECT_FALSE(mount.readOnly());
}

TEST(MountTable, AnyNumberOfOptionalFieldsIsSkipped) {
  TempSystem system;
  system.file("proc/1/mountinfo",
              "22 1 8:1 / /none rw - ext4 a rw\n"
              "22 1 8:1 / /two rw shared:1 master:2 - ext4 b rw\n"
              "22 1 8:1 / /more rw - ext4 c rw future\n");
  Kernel kernel(system);
  const std::vector<Mount> mounts = readAll(kernel).mounts;
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_EQ(mounts[0].source, "a");
  EXPECT_EQ(mounts[1].source, "b");
  EXPECT_EQ(mounts[2].source, "c");
}

TEST(MountTable, AMountPointAndItsSourceAreUnescaped) {
  TempSystem system;
  system.file("proc/1/mountinfo",
              R"(22 1 8:1 / /my\040disk\011\012\134\04 rw - ext4 /dev/my\040disk rw)"
              "\n");
  Kernel kernel(system);
  const Mount mount = readOne(kernel);
  EXPECT_EQ(mount.point, "/my disk\t\n\\\\04");
  EXPECT_EQ(mount.source, "/dev/my disk");
}

TEST(MountTable, ASourceMayBeEmpty) {
  TempSystem system;
  system.file("proc/1/mountinfo", "22 1 0:40 / /mnt rw - tmpfs  rw\n");
  Kernel kernel(system);
  EXPECT_EQ(readOne(kernel).source, "");
}

TEST(MountTable, ThePathOfTheRootIsTakenFromMountPoints) {
  TempSystem system;
  system.file("proc/1/mountinfo",
              "1 1 8:1 / /host rw - ext4 a rw\n1 1 8:2 / /host/home rw - ext4 b rw\n"
              "1 1 8:3 / /other rw - ext4 c rw\n");
  Kernel kernel({.procfs = system.path("proc"), .rootfs = "/host/"});
  const std::vector<Mount> mounts = readAll(kernel).mounts;
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_EQ(mounts[0].point, "/");
  EXPECT_EQ(mounts[1].point, "/home");
  EXPECT_EQ(mounts[1].path(kernel.roots()), "/host/home");
  EXPECT_EQ(mounts[2].point, "/other");
}

TEST(MountTable, AMountIsReadOnlyByItsOwnOptionsOrThoseOfItsFileSystem) {
  const auto readOnly = [](std::string_view options, std::string_view superOptions) {
    return Mount{.options = options, .superOptions = superOptions}.readOnly();
  };
  EXPECT_TRUE(readOnly("ro,relatime", "rw"));
  EXPECT_TRUE(readOnly("rw,relatime", "seclabel,ro"));
  EXPECT_TRUE(readOnly("rw", "rw,emergency_ro"));
  EXPECT_FALSE(readOnly("rw", "rw,errors=remount-ro"));
  EXPECT_FALSE(readOnly("rw,emergency_ro", "rw"));
  EXPECT_FALSE(readOnly("rw", "ro=1,nomro"));
  EXPECT_FALSE(readOnly("", ""));
}

TEST(MountTable, ReadsItsOwnTableWhereProcessOneIsHidden) {
  TempSystem system;
  system.file("proc/self/mountinfo", kGoodRow);
  Kernel kernel(system);
  EXPECT_EQ(readOne(kernel).source, "/dev/sda1");
}

TEST(MountTable, AMissingTableIsAnError) {
  TempSystem system;
  Kernel kernel(system);
  EXPECT_THROW(readMountTable(kernel), ReadError);
  EXPECT_TRUE(readMountsLeniently(kernel).empty());
}

TEST(MountTable, ATableThatCannotBeReadIsAnErrorEvenBesideItsStandIn) {
  TempSystem system;
  system.directory("proc/1/mountinfo").file("proc/self/mountinfo", kGoodRow);
  Kernel kernel(system);
  EXPECT_THROW(readMountTable(kernel), ReadError);
}

TEST(MountTable, RowsThatMakeNoSenseCostThemselvesAlone) {
  for (const std::string row :
       {"22 1 8:1 / / rw - ext4 /dev/sda1", "22 1 8:1 / / rw ext4 a rw", "22 1 8:1 / /",
        "x 1 8:1 / / rw - ext4 a rw", "22 x 8:1 / / rw - ext4 a rw", "22 1 81 / / rw - ext4 a rw",
        "22 1 8: / / rw - ext4 a rw", "22 1 :1 / / rw - ext4 a rw"}) {
    TempSystem system;
    system.file("proc/1/mountinfo", row + "\n\n" + std::string(kGoodRow));
    Kernel kernel(system);
    const Reading reading = readAll(kernel);
    EXPECT_EQ(reading.mounts.size(), 1u);
    ASSERT_EQ(reading.refusals.size(), 1u) << row;
    EXPECT_EQ(reading.refusals[0].what(),
              "proc/1/mountinfo:1: expected a mount, got '" + row + "'");
  }
}

TEST(MountTable, ALenientReaderLeavesOutWhatMakesNoSense) {
  TempSystem system;
  system.file("proc/1/mountinfo", "garbage\n" + std::string(kGoodRow));
  Kernel kernel(system);
  EXPECT_EQ(readMountsLeniently(kernel).size(), 1u);
}

TEST(MountTable, OnlyKnownLocalFileSystemsAnswerLocally) {
  for (const std::string_view type : {"ext4", "xfs", "btrfs", "tmpfs", "zfs", "vfat", "sysfs"}) {
    EXPECT_TRUE(answersLocally(type)) << type;
  }
  for (const std::string_view type : {"nfs", "nfs4", "cifs", "fuse", "fuse.sshfs", "fuseblk",
                                      "ceph", "9p", "overlay", "autofs", "neverheardof", ""}) {
    EXPECT_FALSE(answersLocally(type)) << type;
  }
}

TEST(MountTable, AMountIsSlowWhereTheWayToItLeadsThroughASlowOne) {
  const auto mountAt = [](std::string_view point, std::string_view type) {
    return Mount{.point = std::string(point), .type = type};
  };
  const std::vector<Mount> mounts = {
      mountAt("/", "nfs"),           mountAt("/mnt", "nfs"),         mountAt("/mnt/disk", "ext4"),
      mountAt("/mnt/disk/x", "xfs"), mountAt("/mnt2", "ext4"),       mountAt("/merged", "overlay"),
      mountAt("/merged/y", "tmpfs"), mountAt("/mnt/disk2/", "ext4"),
  };
  const SlowMounts slow(mounts);
  std::vector<bool> found;
  for (const Mount& mount : mounts) found.push_back(slow.has(mount));
  EXPECT_EQ(found, (std::vector<bool>{true, true, true, true, false, true, false, true}));
}

}  // namespace orchestrator_exporter
