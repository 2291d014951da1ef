#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"
#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// procfs has no blocks and no files: figures that are the same on every machine.
constexpr std::string_view kProcRow = "22 1 8:1 / /proc rw - ext4 /dev/sda1 rw\n";

Flags takingAll() {
  return Flags{{"collector.filesystem.mount-points-exclude", ""},
               {"collector.filesystem.fs-types-exclude", ""}};
}

std::string samplesFor(std::string_view mountinfo, const Flags& flags = {}) {
  TempSystem system;
  system.file("proc/1/mountinfo", mountinfo);
  return collectSamples("filesystem", system, flags);
}

// Mount points are those of the running system.
std::string samplesOfThisHost(std::string_view mountinfo, const Flags& flags = takingAll()) {
  TempSystem system;
  system.file("proc/1/mountinfo", mountinfo);
  Roots roots = system;
  roots.rootfs = "/";
  return collectSamples("filesystem", roots, flags);
}

}  // namespace

TEST(Filesystem, FollowsTheMountTable) {
  TempSystem system;
  Roots roots = system.file("proc/1/mountinfo", kProcRow);
  roots.rootfs = "/";
  ScrapedCollector scraped("filesystem", roots, takingAll());
  const std::string readOnly =
      R"(node_filesystem_readonly{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"})";
  scraped.scrape();
  scraped.scrape();
  EXPECT_EQ(scraped.at(readOnly), 0);

  system.file("proc/1/mountinfo", "22 1 8:1 / /proc ro - ext4 /dev/sda1 rw\n");
  scraped.scrape();
  EXPECT_EQ(scraped.at(readOnly), 1);

  system.file("proc/1/mountinfo", "a mount\n");
  for (int i = 0; i < 2; ++i) EXPECT_THROW(scraped.scrape(), ParseError);
  system.file("proc/1/mountinfo", "");
  scraped.scrape();
  EXPECT_EQ(scraped.value(readOnly), std::nullopt);
}

TEST(Filesystem, SeesAMountOfTheRunningKernelAtOnce) {
  TempSystem system;
  system.directory("mnt");
  const std::string point = system.path("mnt");
  ScrapedCollector scraped("filesystem", Roots{}, {});
  scraped.scrape();
  if (mount("scraped", point.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno);
  }
  std::ostringstream table;
  table << std::ifstream("/proc/1/mountinfo").rdbuf();
  if (table.str().find(point) == std::string::npos) {
    umount2(point.c_str(), MNT_DETACH);
    GTEST_SKIP() << "process 1 sees other mounts";
  }
  const std::string readOnly =
      R"(node_filesystem_readonly{device="scraped",device_error="",fstype="tmpfs",mountpoint=")" +
      point + "\"}";
  scraped.scrape();
  EXPECT_EQ(scraped.value(readOnly), 0);
  mount("scraped", point.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "");
  scraped.scrape();
  EXPECT_EQ(scraped.value(readOnly), 1);
  umount2(point.c_str(), MNT_DETACH);
  scraped.scrape();
  EXPECT_EQ(scraped.value(readOnly), std::nullopt);
}

TEST(Filesystem, ReportsEachMountOfAHostButThePseudoFileSystems) {
  // The tree of the fixture has no /boot/efi.
  const std::string text = collectSamples("filesystem", fixture("typical"));
  EXPECT_EQ(
      linesWith(text, "node_filesystem_readonly"),
      R"(node_filesystem_readonly{device="/dev/nvme0n1p2",device_error="",fstype="ext4",mountpoint="/"} 0
node_filesystem_readonly{device="/dev/nvme0n1p1",device_error="no such file or directory",fstype="vfat",mountpoint="/boot/efi"} 0
)");
  EXPECT_EQ(
      linesWith(text, "node_filesystem_mount_info"),
      R"(node_filesystem_mount_info{device="/dev/nvme0n1p2",major="259",minor="2",mountpoint="/"} 1
)");
}

TEST(Filesystem, AHealthyMountHasAllFamilies) {
  EXPECT_EQ(
      samplesOfThisHost(kProcRow),
      R"(node_filesystem_avail_bytes{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_device_error{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_files{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_files_free{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_free_bytes{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_mount_info{device="/dev/sda1",major="8",minor="1",mountpoint="/proc"} 1
node_filesystem_purgeable_bytes{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_readonly{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
node_filesystem_size_bytes{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/proc"} 0
)");
}

TEST(Filesystem, SizesAreThoseOfTheMountedFileSystem) {
  TempSystem system;
  system.directory("mnt").file("proc/1/mountinfo",
                               "40 1 0:40 / /mnt ro,relatime - tmpfs none rw,size=1024k\n");
  if (mount("none", system.path("mnt").c_str(), "tmpfs", 0, "size=1m,nr_inodes=100") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno);
  }
  system.file("mnt/used", "x");  // one page and one inode; the root directory is an inode too
  const std::string samples = collectSamples("filesystem", system);
  umount2(system.path("mnt").c_str(), MNT_DETACH);

  const double page = static_cast<double>(sysconf(_SC_PAGESIZE));
  ASSERT_EQ(page, 4096) << "the expected text is for pages of 4 KiB";
  EXPECT_EQ(
      samples,
      R"(node_filesystem_avail_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 1044480
node_filesystem_device_error{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 0
node_filesystem_files{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 100
node_filesystem_files_free{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 98
node_filesystem_free_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 1044480
node_filesystem_mount_info{device="none",major="0",minor="40",mountpoint="/mnt"} 1
node_filesystem_purgeable_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 0
node_filesystem_readonly{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 1
node_filesystem_size_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/mnt"} 1048576
)");
}

TEST(Filesystem, AMountThatCannotBeAskedHasItsErrorAsLabelAndNoSizes) {
  EXPECT_EQ(
      samplesFor("22 1 8:1 / /gone ro - xfs /dev/sda1 ro\n"),
      R"(node_filesystem_device_error{device="/dev/sda1",device_error="no such file or directory",fstype="xfs",mountpoint="/gone"} 1
node_filesystem_readonly{device="/dev/sda1",device_error="no such file or directory",fstype="xfs",mountpoint="/gone"} 1
)");
}

TEST(Filesystem, AMountPointWithANulByteIsNotTakenForAnotherOne) {
  const std::string row("22 1 8:1 / /proc\0x rw - ext4 /dev/sda1 rw\n", 42);
  EXPECT_THAT(samplesOfThisHost(row), HasSubstr(R"(device_error="invalid argument")"));
}

TEST(Filesystem, BytesThatAreNotUtf8AreReplacedInLabels) {
  EXPECT_THAT(samplesFor("22 1 8:1 / /gone\xff rw - ext4 /dev/sda1 rw\n"),
              HasSubstr("mountpoint=\"/gone\xEF\xBF\xBD\""));
}

TEST(Filesystem, MountsOnTopOfEachOtherDifferInDeviceNumbersOnly) {
  const std::string samples = samplesOfThisHost(
      "22 1 0:40 / /proc rw - tmpfs none rw\n"
      "23 1 0:39 / /sys rw - tmpfs none rw\n"
      "24 1 0:41 / /proc rw - tmpfs none rw\n"
      "25 1 0:41 / /proc rw - tmpfs none rw\n");
  EXPECT_EQ(linesWith(samples, "mount_info"),
            R"(node_filesystem_mount_info{device="none",major="0",minor="40",mountpoint="/proc"} 1
node_filesystem_mount_info{device="none",major="0",minor="41",mountpoint="/proc"} 1
node_filesystem_mount_info{device="none",major="0",minor="39",mountpoint="/sys"} 1
)");
  EXPECT_EQ(
      linesWith(samples, "size_bytes"),
      R"(node_filesystem_size_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/proc"} 0
node_filesystem_size_bytes{device="none",device_error="",fstype="tmpfs",mountpoint="/sys"} 0
)");
}

TEST(Filesystem, NoMountIsNoError) {
  TempSystem system;
  system.file("proc/1/mountinfo", "");
  EXPECT_EQ(collectError("filesystem", system), "");
}

TEST(Filesystem, FailsWhereThereIsNoTable) {
  EXPECT_EQ(collectError("filesystem", TempSystem()),
            "proc/self/mountinfo: No such file or directory");
}

TEST(Filesystem, ARowThatIsGarbledCostsItself) {
  TempSystem system;
  system.directory("data").file("proc/1/mountinfo",
                                "22 1 8:1 / /home\n\n23 1 8:2 / /data rw - ext4 /dev/sda2 rw\n");
  EXPECT_THAT(collectSamples("filesystem", system), HasSubstr("mountpoint=\"/data\"} 0\n"));
  EXPECT_EQ(collectComplaint("filesystem", system),
            "proc/1/mountinfo:1: expected a mount, got '22 1 8:1 / /home'");
}

TEST(Filesystem, GoesOnComplainingWhileTheTableStays) {
  TempSystem system;
  system.directory("data").file("proc/1/mountinfo",
                                "garbage\n23 1 8:2 / /data rw - ext4 /dev/sda2 rw\n");
  ScrapedCollector filesystem("filesystem", system, Flags());
  filesystem.scrape();
  filesystem.scrape();
  EXPECT_EQ(filesystem.complaint(), "proc/1/mountinfo:1: expected a mount, got 'garbage'");
  system.file("proc/1/mountinfo", "23 1 8:2 / /data rw - ext4 /dev/sda2 rw\n");
  filesystem.scrape();
  EXPECT_EQ(filesystem.complaint(), "");
}

TEST(Filesystem, FailsWhereNoRowIsUnderstood) {
  TempSystem system;
  system.file("proc/1/mountinfo", "22 1 8:1 / /home\n");
  EXPECT_EQ(collectError("filesystem", system),
            "proc/1/mountinfo:1: expected a mount, got '22 1 8:1 / /home'");
}

// The kernel writes blanks, tabs, newlines and backslashes as octal digits.
TEST(Filesystem, AsksTheTruePathOfAMountPoint) {
  TempSystem system;
  system.directory("data/x\ny")
      .directory("data/back\\slash")
      .file("proc/1/mountinfo", R"(22 1 8:1 / /data/x\012y rw - ext4 /dev/sda1 rw)"
                                "\n"
                                R"(23 1 8:2 / /data/back\134slash rw - ext4 /dev/sda2 rw)"
                                "\n");
  const std::string samples = collectSamples("filesystem", system);
  EXPECT_THAT(samples, HasSubstr(R"(device_error="",fstype="ext4",mountpoint="/data/x\ny"} 0)"));
  EXPECT_THAT(samples,
              HasSubstr(R"(device_error="",fstype="ext4",mountpoint="/data/back\\slash"} 0)"));
}

TEST(Filesystem, FailsWhereTheTableCannotBeRead) {
  TempSystem system;
  system.directory("proc/1/mountinfo");
  EXPECT_EQ(collectError("filesystem", system), "proc/1/mountinfo: Is a directory");
}

TEST(Filesystem, DefaultExcludesLeaveOutWhatHoldsNoFilesOfItsOwn) {
  EXPECT_EQ(samplesFor("1 1 8:1 / /dev/mapper rw - ext4 a rw\n"
                       "1 1 8:1 / /run/credentials/x.service ro - ramfs a rw\n"
                       "1 1 8:1 / /var/lib/docker/vfs rw - ext4 a rw\n"
                       "1 1 8:1 / /merged rw - overlay a rw\n"
                       "1 1 8:1 / /snap/core/1 ro - squashfs a ro\n"),
            "");
  EXPECT_THAT(samplesFor("1 1 8:1 / /device rw - ext4 a rw\n"), HasSubstr("/device"));
}

TEST(Filesystem, IncludesReplaceTheDefaultExcludes) {
  const std::string table =
      "1 1 8:1 / /proc rw - proc a rw\n1 1 8:1 / /run rw - tmpfs b rw\n"
      "1 1 8:1 / /var rw - ext4 c rw\n";
  const Flags points{{"collector.filesystem.mount-points-include", "^/(proc|run)$"},
                     {"collector.filesystem.fs-types-exclude", ""}};
  EXPECT_EQ(
      linesWith(samplesOfThisHost(table, points), "device_error{"),
      R"(node_filesystem_device_error{device="a",device_error="",fstype="proc",mountpoint="/proc"} 0
node_filesystem_device_error{device="b",device_error="",fstype="tmpfs",mountpoint="/run"} 0
)");
  const Flags types{{"collector.filesystem.mount-points-exclude", ""},
                    {"collector.filesystem.fs-types-include", "^proc$"}};
  EXPECT_EQ(
      linesWith(samplesOfThisHost(table, types), "device_error{"),
      R"(node_filesystem_device_error{device="a",device_error="",fstype="proc",mountpoint="/proc"} 0
)");
}

TEST(Filesystem, OldFlagNamesWork) {
  const Flags old{{"collector.filesystem.ignored-mount-points", "^/gone"},
                  {"collector.filesystem.ignored-fs-types", "^xfs$"}};
  const std::string samples = samplesFor(
      "1 1 8:1 / /gone rw - ext4 a rw\n1 1 8:1 / /sys rw - ext4 b rw\n"
      "1 1 8:1 / /home rw - xfs c rw\n",
      old);
  EXPECT_THAT(samples, HasSubstr("mountpoint=\"/sys\""));
  EXPECT_THAT(samples, Not(HasSubstr("mountpoint=\"/gone\"")));
  EXPECT_THAT(samples, Not(HasSubstr("mountpoint=\"/home\"")));
}

TEST(Filesystem, FlagsThatContradictEachOtherAreRefused) {
  const auto refusal = [](std::initializer_list<std::pair<std::string, std::string>> flags) {
    return collectError("filesystem", TempSystem(), Flags(flags));
  };
  EXPECT_THAT(refusal({{"collector.filesystem.mount-points-include", "a"},
                       {"collector.filesystem.mount-points-exclude", "b"}}),
              HasSubstr("exclude each other"));
  EXPECT_THAT(refusal({{"collector.filesystem.ignored-fs-types", "a"},
                       {"collector.filesystem.fs-types-exclude", "b"}}),
              HasSubstr("is the old name of"));
  EXPECT_THAT(refusal({{"collector.filesystem.fs-types-include", "("}}),
              HasSubstr("bad regular expression"));
}

}  // namespace orchestrator_exporter
