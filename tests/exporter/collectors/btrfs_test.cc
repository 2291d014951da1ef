#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kUuid = "7f07c59f-6136-449c-ab87-e1cf2328731b";
const std::string kSystem = "sys/fs/btrfs/" + kUuid + "/";

// A file system of two devices that no mount point leads to.
void fill(TempSystem& system) {
  system.file(kSystem + "label", "my data\n")
      .file(kSystem + "metadata_uuid", kUuid + "\n")
      .file(kSystem + "commit_stats",
            "commits 3\ncur_commit_ms 0\nlast_commit_ms 12\nmax_commit_ms 900\n"
            "total_commit_ms 2500\n")
      .file(kSystem + "features/no_holes", "1\n")
      .file(kSystem + "devices/sda/size", "1000\n")
      .file(kSystem + "devices/sdb/size", "2000\n")
      .file(kSystem + "allocation/global_rsv_size", "16777216\n")
      .file(kSystem + "allocation/data/bytes_reserved", "11\n")
      .file(kSystem + "allocation/data/raid0/total_bytes", "100\n")
      .file(kSystem + "allocation/data/raid0/used_bytes", "40\n")
      .file(kSystem + "allocation/metadata/bytes_reserved", "12\n")
      .file(kSystem + "allocation/metadata/raid1/total_bytes", "200\n")
      .file(kSystem + "allocation/metadata/raid1/used_bytes", "50\n")
      .file(kSystem + "allocation/system/bytes_reserved", "13\n")
      .file(kSystem + "allocation/system/raid1/total_bytes", "300\n")
      .file(kSystem + "allocation/system/raid1/used_bytes", "60\n");
}

std::string complaintWith(const std::string& file, std::string_view content) {
  TempSystem system;
  fill(system);
  system.file(kSystem + file, content);
  return collectComplaint("btrfs", system);
}

std::string ratioOf(const std::string& mode, int devices) {
  TempSystem system;
  fill(system);
  system.remove(kSystem + "devices").directory(kSystem + "devices");
  for (int i = 0; i < devices; ++i) {
    system.directory(kSystem + "devices/sd" + std::to_string(i));
  }
  system.directory(kSystem + "allocation/data/" + mode);
  const std::string samples = collectSamples("btrfs", system);
  const std::string begin = "node_btrfs_allocation_ratio{block_group_type=\"data\",mode=\"" + mode +
                            "\",uuid=\"" + kUuid + "\"} ";
  const std::size_t at = samples.find(begin);
  if (at == std::string::npos) return "none";
  return samples.substr(at + begin.size(), samples.find('\n', at) - at - begin.size());
}

// A real file system of 128 MiB, mounted as long as the object lives.
class MountedBtrfs {
 public:
  explicit MountedBtrfs(const TempSystem& system) : mountPoint_(system.path("mnt")) {
    const std::string image = system.path("image");
    std::ofstream(image).close();
    std::filesystem::resize_file(image, std::uintmax_t{128} << 20);
    std::filesystem::create_directory(mountPoint_);
    const std::string make = "mkfs.btrfs -q -L 'a label' -U " + kUuid + " " + image;
    const std::string mount = "mount -o loop " + image + " " + mountPoint_;
    mounted_ = std::system((make + " >/dev/null 2>&1 && " + mount + " 2>/dev/null").c_str()) == 0;
  }
  ~MountedBtrfs() {
    if (mounted_) umount2(mountPoint_.c_str(), MNT_DETACH);
  }
  MountedBtrfs(const MountedBtrfs&) = delete;
  MountedBtrfs& operator=(const MountedBtrfs&) = delete;

  // Process 1, whose mounts are the host's, must see it too: in a mount namespace it does not.
  bool mounted() const {
    std::ostringstream mounts;
    mounts << std::ifstream("/proc/1/mountinfo").rdbuf();
    return mounted_ && mounts.str().find(mountPoint_) != std::string::npos;
  }

 private:
  std::string mountPoint_;
  bool mounted_ = false;
};

}  // namespace

TEST(Btrfs, ReportsAllocationCommitsAndDevices) {
  TempSystem system;
  fill(system);
  EXPECT_EQ(
      collectSamples("btrfs", system),
      R"(node_btrfs_allocation_ratio{block_group_type="data",mode="raid0",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 1
node_btrfs_allocation_ratio{block_group_type="metadata",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 2
node_btrfs_allocation_ratio{block_group_type="system",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 2
node_btrfs_commit_seconds_total{uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 2.5
node_btrfs_commits_total{uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 3
node_btrfs_device_size_bytes{device="sda",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 512000
node_btrfs_device_size_bytes{device="sdb",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 1024000
node_btrfs_global_rsv_size_bytes{uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 16777216
node_btrfs_info{label="my data",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 1
node_btrfs_last_commit_seconds{uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 0.012
node_btrfs_max_commit_seconds{uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 0.9
node_btrfs_reserved_bytes{block_group_type="data",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 11
node_btrfs_reserved_bytes{block_group_type="metadata",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 12
node_btrfs_reserved_bytes{block_group_type="system",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 13
node_btrfs_size_bytes{block_group_type="data",mode="raid0",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 100
node_btrfs_size_bytes{block_group_type="metadata",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 200
node_btrfs_size_bytes{block_group_type="system",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 300
node_btrfs_used_bytes{block_group_type="data",mode="raid0",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 40
node_btrfs_used_bytes{block_group_type="metadata",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 50
node_btrfs_used_bytes{block_group_type="system",mode="raid1",uuid="7f07c59f-6136-449c-ab87-e1cf2328731b"} 60
)");
}

TEST(Btrfs, AsksAMountedFileSystemForItsDevices) {
  TempSystem system;
  const MountedBtrfs real(system);
  if (!real.mounted()) GTEST_SKIP() << "cannot make and mount a btrfs file system here";
  std::istringstream lines(collectSamples("btrfs", Roots{}));
  std::string errors;
  std::string size;
  std::string unused;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(kUuid) == std::string::npos) continue;
    if (line.starts_with("node_btrfs_device_errors_total{")) errors += line + "\n";
    if (line.starts_with("node_btrfs_device_size_bytes{")) size += line + "\n";
    if (line.starts_with("node_btrfs_device_unused_bytes{")) unused += line + "\n";
  }
  for (const std::string type : {"write", "read", "flush", "corruption", "generation"}) {
    EXPECT_THAT(errors, HasSubstr("type=\"" + type + "\",uuid=\"" + kUuid + "\"} 0\n"));
  }
  EXPECT_THAT(size, HasSubstr("{btrfs_dev_uuid=\""));
  EXPECT_THAT(size, HasSubstr("\",device=\"loop"));
  EXPECT_THAT(size, HasSubstr("} 134217728\n"));
  // What the chunks take depends on mkfs.btrfs; it is some of it and not all.
  const std::string value = unused.substr(unused.rfind(' ') + 1);
  EXPECT_GT(std::stod(value), 0);
  EXPECT_LT(std::stod(value), 134217728);
}

TEST(Btrfs, AMountPointOfAnotherFileSystemTellsNothing) {
  TempSystem system;
  fill(system);
  system.directory("mnt").file("proc/1/mountinfo",
                               "garbage\n22 1 0:40 / /mnt rw - btrfs /dev/sda rw\n"
                               "23 1 0:41 / /gone rw - btrfs /dev/sdb rw\n");
  EXPECT_THAT(collectSamples("btrfs", system),
              HasSubstr("node_btrfs_device_size_bytes{device=\"sda\",uuid=\"" + kUuid + "\"}"));
}

TEST(Btrfs, TheRatioDependsOnTheProfileAndTheDevices) {
  EXPECT_EQ(ratioOf("single", 1), "1");
  EXPECT_EQ(ratioOf("dup", 1), "2");
  EXPECT_EQ(ratioOf("raid10", 4), "2");
  EXPECT_EQ(ratioOf("raid1c3", 3), "3");
  EXPECT_EQ(ratioOf("raid1c4", 4), "4");
  EXPECT_EQ(ratioOf("raid5", 3), "1.5");
  EXPECT_EQ(ratioOf("raid6", 4), "2");
  EXPECT_EQ(ratioOf("raid5", 1), "+Inf");
  EXPECT_EQ(ratioOf("raid9", 4), "none");
}

TEST(Btrfs, TheDirectoryNamesAFileSystemWithoutAMetadataUuid) {
  TempSystem system;
  fill(system);
  system.file(kSystem + "metadata_uuid", "other-uuid\n");
  EXPECT_THAT(collectSamples("btrfs", system), HasSubstr("label=\"my data\",uuid=\"other-uuid\""));
  system.remove(kSystem + "metadata_uuid").remove(kSystem + "label");
  EXPECT_THAT(collectSamples("btrfs", system), HasSubstr("label=\"\",uuid=\"" + kUuid + "\""));
}

TEST(Btrfs, WithoutFileSystemsThereIsNothingToReport) {
  TempSystem system;
  EXPECT_EQ(collectText("btrfs", system), "");
  system.file("sys/fs/btrfs/features/raid56", "0\n");
  EXPECT_EQ(collectText("btrfs", system), "");
}

// As before Linux 6.1.
TEST(Btrfs, WithoutCommitStatisticsTheyAreNotKnown) {
  TempSystem system;
  fill(system);
  system.remove(kSystem + "commit_stats");
  EXPECT_THAT(collectSamples("btrfs", system), Not(HasSubstr("commit")));
  EXPECT_EQ(collectComplaint("btrfs", system), "");
}

TEST(Btrfs, NumbersThatAreMissingOrNoneCostThemselves) {
  TempSystem system;
  fill(system);
  system.file(kSystem + "allocation/data/raid0/used_bytes", "some\n")
      .remove(kSystem + "allocation/data/raid0/total_bytes")
      .file(kSystem + "devices/sda/size", "-1\n")
      .remove(kSystem + "allocation/global_rsv_size");
  const std::string samples = collectSamples("btrfs", system);
  EXPECT_THAT(samples, Not(HasSubstr("node_btrfs_used_bytes{block_group_type=\"data\"")));
  EXPECT_THAT(samples, Not(HasSubstr("node_btrfs_size_bytes{block_group_type=\"data\"")));
  EXPECT_THAT(samples, Not(HasSubstr("node_btrfs_device_size_bytes{device=\"sda\"")));
  EXPECT_THAT(samples, Not(HasSubstr("node_btrfs_global_rsv_size_bytes")));
  EXPECT_THAT(samples, HasSubstr("node_btrfs_device_size_bytes{device=\"sdb\""));
  EXPECT_THAT(samples, HasSubstr("node_btrfs_used_bytes{block_group_type=\"metadata\""));
  EXPECT_EQ(collectComplaint("btrfs", system),
            kSystem + "allocation/data/raid0/used_bytes:1: expected a whole number, got 'some'; " +
                kSystem + "devices/sda/size:1: expected a whole number, got '-1'");
}

TEST(Btrfs, ANumberThatIsTooLargeIsTheLargest) {
  TempSystem system;
  fill(system);
  system.file(kSystem + "allocation/data/bytes_reserved", "99999999999999999999\n");
  EXPECT_THAT(collectSamples("btrfs", system),
              HasSubstr("uuid=\"" + kUuid + "\"} 18446744073709551616\n"));
}

TEST(Btrfs, ADirectoryThatIsMissingCostsWhatIsInIt) {
  for (const std::string directory : {"devices", "allocation/data", "allocation/system"}) {
    TempSystem system;
    fill(system);
    system.remove(kSystem + directory);
    EXPECT_EQ(collectComplaint("btrfs", system),
              kSystem + directory + ": No such file or directory");
    EXPECT_THAT(collectSamples("btrfs", system),
                HasSubstr("node_btrfs_used_bytes{block_group_type=\"metadata\""));
  }
}

// The ratio depends on their number.
TEST(Btrfs, WithoutItsDevicesTheRatioIsNotKnown) {
  TempSystem system;
  fill(system);
  system.remove(kSystem + "devices");
  EXPECT_THAT(collectSamples("btrfs", system), Not(HasSubstr("node_btrfs_allocation_ratio")));
}

TEST(Btrfs, AnAttributeThatCannotBeReadCostsItself) {
  TempSystem system;
  fill(system);
  system.remove(kSystem + "label").directory(kSystem + "label");
  EXPECT_EQ(collectComplaint("btrfs", system), kSystem + "label: Is a directory");
  EXPECT_THAT(collectSamples("btrfs", system),
              HasSubstr("node_btrfs_info{label=\"\",uuid=\"" + kUuid + "\"} 1\n"));
}

TEST(Btrfs, AGarbledCommitStatisticCostsItself) {
  EXPECT_EQ(complaintWith("commit_stats", "commits 3\nlast_commit_ms\n"),
            kSystem + "commit_stats:2: expected at least 2 columns, got 1");
  EXPECT_EQ(complaintWith("commit_stats", "commits many\nfuture x\n\n"),
            kSystem + "commit_stats:1: expected a whole number of at most 64 bits, got 'many'");
}

}  // namespace orchestrator_exporter
