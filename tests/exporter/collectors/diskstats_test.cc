#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kRow = "8 0 sda 1 2 3 4 5 6 7 8 9 10 11";

// The samples of one family.
std::string family(const std::string& samples, std::string_view name) {
  std::string found;
  for (std::size_t at = samples.find(name); at != std::string::npos; at = samples.find(name, at)) {
    const std::size_t end = samples.find('\n', at) + 1;
    found += samples.substr(at, end - at);
    at = end;
  }
  return found;
}

}  // namespace

TEST(Diskstats, ReportsTheDisksWithoutLoopsAndPartitions) {
  EXPECT_EQ(collectSamples("diskstats", fixture("typical")),
            R"(node_disk_ata_rotation_rate_rpm{device="sda"} 0
node_disk_ata_write_cache{device="sda"} 1
node_disk_ata_write_cache_enabled{device="sda"} 0
node_disk_discard_time_seconds_total{device="sda"} 0.25
node_disk_discarded_sectors_total{device="sda"} 98304
node_disk_discards_completed_total{device="sda"} 310
node_disk_discards_merged_total{device="sda"} 12
node_disk_flush_requests_time_seconds_total{device="sda"} 0.41200000000000003
node_disk_flush_requests_total{device="sda"} 1201
node_disk_info{device="sda",major="8",minor="0",model="Example_Disk_2000",path="pci-0000:00:1f.2-ata-1",revision="EX01",rotational="0",serial="EX200012",wwn="0x5000c500a1b2c3d4"} 1
node_disk_io_now{device="sda"} 2
node_disk_io_time_seconds_total{device="sda"} 40.016
node_disk_io_time_weighted_seconds_total{device="sda"} 127.229
node_disk_read_bytes_total{device="sda"} 513708032
node_disk_read_time_seconds_total{device="sda"} 64.124
node_disk_reads_completed_total{device="sda"} 25353
node_disk_reads_merged_total{device="sda"} 4367
node_disk_write_time_seconds_total{device="sda"} 63.105000000000004
node_disk_writes_completed_total{device="sda"} 28444
node_disk_writes_merged_total{device="sda"} 32165
node_disk_written_bytes_total{device="sda"} 770765824
)");
}

TEST(Diskstats, CallsRequestsInProgressAGauge) {
  TempSystem system;
  system.file("proc/diskstats", kRow);
  const std::string text = collectText("diskstats", system);
  EXPECT_NE(text.find("# TYPE node_disk_io_now gauge\nnode_disk_io_now{device=\"sda\"} 9\n"),
            std::string::npos);
  EXPECT_NE(text.find("# TYPE node_disk_reads_completed_total counter\n"), std::string::npos);
}

TEST(Diskstats, ReportsAsManyColumnsAsTheKernelWrites) {
  TempSystem system;
  system.file("proc/diskstats", std::string(kRow) + " 12\n");
  const std::string samples = collectSamples("diskstats", system);
  EXPECT_NE(samples.find("node_disk_discards_completed_total{device=\"sda\"} 12\n"),
            std::string::npos);
  EXPECT_EQ(samples.find("node_disk_discards_merged_total"), std::string::npos);
}

TEST(Diskstats, SkipsShortRows) {
  TempSystem system;
  system.file("proc/diskstats", "8 0 sdb 1 2 3 4\n\n" + std::string(kRow) + "\n");
  EXPECT_EQ(family(collectSamples("diskstats", system), "node_disk_io_now"),
            "node_disk_io_now{device=\"sda\"} 9\n");
}

TEST(Diskstats, LeavesLabelsEmptyThatUdevDoesNotKnow) {
  TempSystem system;
  system.file("proc/diskstats", kRow);
  const std::string bare =
      "node_disk_info{device=\"sda\",major=\"8\",minor=\"0\",model=\"\",path=\"\",revision=\"\","
      "rotational=\"0\",serial=\"\",wwn=\"\"} 1\n";
  EXPECT_EQ(family(collectSamples("diskstats", system), "node_disk_info"), bare);
  system.remove("run/udev/data");
  EXPECT_EQ(family(collectSamples("diskstats", system), "node_disk_info"), bare);
}

TEST(Diskstats, PrefersTheScsiSerialNumber) {
  const auto serialOf = [](const std::string& record) {
    TempSystem system;
    system.file("proc/diskstats", kRow).file("run/udev/data/b8:0", record);
    const std::string info = family(collectSamples("diskstats", system), "node_disk_info");
    const std::size_t begin = info.find("serial=\"") + 8;
    return info.substr(begin, info.find('"', begin) - begin);
  };
  EXPECT_EQ(serialOf("E:ID_SERIAL=long\n"), "long");
  EXPECT_EQ(serialOf("E:ID_SERIAL_SHORT=short\nE:ID_SERIAL=long\n"), "short");
  EXPECT_EQ(serialOf("E:ID_SERIAL_SHORT=short\nE:SCSI_IDENT_SERIAL=scsi\n"), "scsi");
  EXPECT_EQ(serialOf("E:ID_SERIAL_SHORT=\nE:ID_SERIAL=a=b c\r\n"), "a=b c");
  EXPECT_EQ(serialOf("I:ID_SERIAL=no\n E:ID_SERIAL=no\nE:ID_SERIAL\n"), "");
}

TEST(Diskstats, ReportsFileSystemsAndMappedDevices) {
  TempSystem system;
  system.file("proc/diskstats", "253 1 dm-1 1 2 3 4 5 6 7 8 9 10 11\n");
  system.file("run/udev/data/b253:1",
              "E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\n"
              "E:ID_FS_TYPE=ext4\nE:ID_FS_USAGE=filesystem\nE:ID_FS_UUID=a-b\nE:ID_FS_VERSION=1.0\n"
              "E:ID_ATA_WRITE_CACHE=1\n");
  const std::string samples = collectSamples("diskstats", system);
  EXPECT_EQ(family(samples, "node_disk_device_mapper_info"),
            "node_disk_device_mapper_info{device=\"dm-1\",lv_layer=\"\",lv_name=\"root\","
            "name=\"vg-root\",uuid=\"LVM-1\",vg_name=\"vg\"} 1\n");
  EXPECT_EQ(family(samples, "node_disk_filesystem_info"),
            "node_disk_filesystem_info{device=\"dm-1\",type=\"ext4\",usage=\"filesystem\","
            "uuid=\"a-b\",version=\"1.0\"} 1\n");
  EXPECT_EQ(family(samples, "node_disk_ata"), "");  // without ID_ATA
}

TEST(Diskstats, LeavesOutAtaValuesThatAreNoNumbers) {
  TempSystem system;
  system.file("proc/diskstats", kRow);
  system.file("run/udev/data/b8:0",
              "E:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=yes\nE:ID_ATA_WRITE_CACHE_ENABLED=1\n");
  EXPECT_EQ(family(collectSamples("diskstats", system), "node_disk_ata"),
            "node_disk_ata_write_cache_enabled{device=\"sda\"} 1\n");
}

TEST(Diskstats, TellsWhetherADiskRotates) {
  TempSystem system;
  system.file("proc/diskstats", kRow);
  const auto rotational = [&] {
    return family(collectSamples("diskstats", system), "node_disk_info").find("rotational=\"1\"") !=
           std::string::npos;
  };
  EXPECT_FALSE(rotational());
  for (const auto& [content, rotates] :
       {std::pair{"1\n", true}, {"0\n", false}, {"2\n", false}, {"round\n", false}}) {
    system.file("sys/block/sda/queue/rotational", content);
    EXPECT_EQ(rotational(), rotates) << content;
  }
}

TEST(Diskstats, ComplainsOfWhatItCannotReadAboutADisk) {
  TempSystem system;
  system.file("proc/diskstats", kRow)
      .directory("run/udev/data/b8:0")
      .directory("sys/block/sda/queue/rotational");
  const std::string samples = collectSamples("diskstats", system);
  EXPECT_NE(samples.find("rotational=\"\""), std::string::npos);
  EXPECT_EQ(family(samples, "node_disk_io_now"), "node_disk_io_now{device=\"sda\"} 9\n");
  EXPECT_EQ(collectComplaint("diskstats", system),
            "run/udev/data/b8:0: Is a directory; sys/block/sda/queue/rotational: Is a directory");
}

TEST(Diskstats, TakesTheDevicesThatItsFlagsName) {
  const auto devices = [](const Flags& flags) {
    return family(collectSamples("diskstats", fixture("typical"), flags), "node_disk_io_now");
  };
  EXPECT_EQ(devices(Flags({{"collector.diskstats.device-include", "^loop"}})),
            "node_disk_io_now{device=\"loop0\"} 0\n");
  EXPECT_EQ(devices(Flags({{"collector.diskstats.device-exclude", "a$|p"}})),
            "node_disk_io_now{device=\"sda1\"} 0\n");
  EXPECT_EQ(devices(Flags({{"collector.diskstats.ignored-devices", "^sd"}})),
            "node_disk_io_now{device=\"loop0\"} 0\n");
}

TEST(Diskstats, RefusesFlagsThatContradict) {
  EXPECT_NE(collectError("diskstats", fixture("typical"),
                         Flags({{"collector.diskstats.device-include", "a"},
                                {"collector.diskstats.device-exclude", "b"}})),
            "");
  EXPECT_NE(collectError("diskstats", fixture("typical"),
                         Flags({{"collector.diskstats.ignored-devices", "a"},
                                {"collector.diskstats.device-exclude", "b"}})),
            "");
}

TEST(Diskstats, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("diskstats", TempSystem()), "proc/diskstats: No such file or directory");
}

TEST(Diskstats, ARowThatIsGarbledCostsItself) {
  const auto complaintOf = [](const std::string& row) {
    TempSystem system;
    system.file("proc/diskstats", row + "\n" + std::string(kRow) + "\n");
    EXPECT_EQ(family(collectSamples("diskstats", system), "node_disk_io_now"),
              "node_disk_io_now{device=\"sda\"} 9\n");
    return collectComplaint("diskstats", system);
  };
  const std::string expected = "expected a whole number of at most 64 bits, got ";
  EXPECT_EQ(complaintOf("8 16 sdb 1 2 x"), "proc/diskstats:1: " + expected + "'x'");
  EXPECT_EQ(complaintOf("8 16 sdb 1 2 3 4 5 6 7 8 -9 10 11"),
            "proc/diskstats:1: " + expected + "'-9'");
  EXPECT_EQ(complaintOf("4294967296 0 sdb"),
            "proc/diskstats:1: expected a device number of at most 32 bits, got '4294967296'");
}

TEST(Diskstats, FailsWhereNoRowIsUnderstood) {
  TempSystem system;
  system.file("proc/diskstats", "8 16 sdb 1 2 x\n");
  EXPECT_EQ(collectError("diskstats", system),
            "proc/diskstats:1: expected a whole number of at most 64 bits, got 'x'");
}

}  // namespace orchestrator_exporter
