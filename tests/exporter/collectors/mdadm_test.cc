#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kPersonalities = "Personalities : [linear] [raid0] [raid1] [raid5] \n";
constexpr std::string_view kEnd = "\nunused devices: <none>\n";

TempSystem& withStanza(TempSystem& system, std::string_view stanza) {
  return system.file("proc/mdstat",
                     std::string(kPersonalities) + std::string(stanza) + std::string(kEnd));
}

std::string samplesOf(std::string_view stanza) {
  TempSystem system;
  return collectSamples("mdadm", withStanza(system, stanza));
}

std::string errorOf(std::string_view stanza) {
  TempSystem system;
  return collectError("mdadm", withStanza(system, stanza));
}

// The states of md0, as in "active=1".
std::string stateOf(std::string_view stanza) {
  std::istringstream lines(samplesOf(stanza));
  const std::string begin = "node_md_state{device=\"md0\",state=\"";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(begin) && line.ends_with(" 1")) {
      return line.substr(begin.size(), line.find('"', begin.size()) - begin.size());
    }
  }
  return "none";
}

}  // namespace

TEST(Mdadm, ReportsArrays) {
  EXPECT_EQ(collectSamples("mdadm", fixture("typical")),
            R"(node_md_blocks{device="md0"} 976630464
node_md_blocks_synced{device="md0"} 976630464
node_md_degraded{device="md0"} 0
node_md_disks{device="md0",state="active"} 2
node_md_disks{device="md0",state="failed"} 0
node_md_disks{device="md0",state="spare"} 0
node_md_disks_required{device="md0"} 2
node_md_raid_disks{device="md0"} 2
node_md_state{device="md0",state="active"} 1
node_md_state{device="md0",state="inactive"} 0
node_md_state{device="md0",state="recovering"} 0
node_md_state{device="md0",state="resync"} 0
node_md_state{device="md0",state="check"} 0
)");
}

TEST(Mdadm, CountsFailedAndSpareDisks) {
  const std::string samples = samplesOf(
      "md0 : active raid5 sda1[0] sdb1[1](F) sdc1[2](S) sdd1[3](S)\n"
      "      100 blocks super 1.2 level 5, 64k chunk, algorithm 2 [3/2] [U_U]\n      \n");
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"active\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"failed\"} 1\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"spare\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks_required{device=\"md0\"} 3\n"));
}

TEST(Mdadm, StripesWithoutRedundancyCountTheirDisksByBrackets) {
  for (const std::string_view level : {"raid0", "linear"}) {
    const std::string samples =
        samplesOf("md0 : active " + std::string(level) +
                  " sda1[0] sdb1[1] sdc1[2]\n      100 blocks 64k chunks\n");
    EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"active\"} 3\n"));
    EXPECT_THAT(samples, HasSubstr("node_md_disks_required{device=\"md0\"} 3\n"));
  }
}

TEST(Mdadm, InactiveArraysHaveNoDisks) {
  const std::string samples = samplesOf(
      "md0 : inactive sdb[1](S) sda[0](S)\n      306 blocks super external:imsm\n       \n");
  EXPECT_THAT(samples, HasSubstr("node_md_blocks{device=\"md0\"} 306\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"active\"} 0\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"spare\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_state{device=\"md0\",state=\"inactive\"} 1\n"));
}

TEST(Mdadm, SyncingArraysTellHowFarTheyAre) {
  const auto progress = [](std::string_view what, std::string_view bitmap = "") {
    return "md0 : active raid1 sda1[0] sdb1[1]\n      1000 blocks super 1.2 [2/2] [UU]\n" +
           std::string(bitmap) + "      [=>.....]  " + std::string(what) +
           " =  8.5% (85/1000) finish=17.0min speed=259783K/sec\n";
  };
  for (const std::string_view what : {"recovery", "resync", "check", "reshape"}) {
    EXPECT_THAT(samplesOf(progress(what)), HasSubstr("node_md_blocks_synced{device=\"md0\"} 85\n"));
  }
  EXPECT_EQ(stateOf(progress("recovery")), "recovering");
  EXPECT_EQ(stateOf(progress("resync")), "resync");
  EXPECT_EQ(stateOf(progress("check")), "check");
  EXPECT_EQ(stateOf(progress("reshape")), "none");
  EXPECT_EQ(stateOf(progress("check", "      bitmap: 0/1 pages [0KB], 65536KB chunk\n")), "check");
}

TEST(Mdadm, ArraysThatWaitForTheirTurnHaveSyncedNothing) {
  for (const std::string_view what : {"PENDING", "DELAYED"}) {
    const std::string samples = samplesOf(
        "md0 : active (auto-read-only) raid1 sda1[0] sdb1[1]\n      1000 blocks [2/2] [UU]\n"
        "      \tresync=" +
        std::string(what) + "\n");
    EXPECT_THAT(samples, HasSubstr("node_md_blocks_synced{device=\"md0\"} 0\n"));
    EXPECT_THAT(samples, HasSubstr("node_md_state{device=\"md0\",state=\"resync\"} 1\n"));
  }
}

TEST(Mdadm, WithoutMdstatThereIsNoData) {
  EXPECT_EQ(collectError("mdadm", TempSystem()), "no data");
}

TEST(Mdadm, WithoutArraysThereIsNothingToReport) { EXPECT_EQ(samplesOf(""), ""); }

TEST(Mdadm, StanzasThatMakeNoSenseAreErrors) {
  EXPECT_EQ(errorOf("md0 :\n      100 blocks\n\n"),
            "proc/mdstat:2: expected an array and its state, got 'md0 :'");
  EXPECT_EQ(errorOf("md0 : active raid1 sda1[0]\n      x blocks [2/2] [UU]\n\n"),
            "proc/mdstat:3: expected a whole number, got 'x'");
  EXPECT_EQ(errorOf("md0 : active raid1 sda1[0]\n\n\n"),
            "proc/mdstat:3: expected at least 1 columns, got 0");
  EXPECT_EQ(errorOf("md0 : active raid1 sda1[0]\n100 blocks [2/2]\n\n"),
            "proc/mdstat:3: expected blocks and disks such as [2/2] [UU], got '100 blocks [2/2]'");
  EXPECT_THAT(errorOf("md0 : active raid1 sda1[0]\n      100 blocks [2/2] [UU]\n"
                      "      [=>..]  resync = 8.5% (85/x) finish=1min speed=1K/sec\n"),
              HasSubstr("proc/mdstat:4: expected the progress of an array"));
  EXPECT_THAT(errorOf("md0 : active raid1 sda1[0]\n100 blocks [99999999999999999999/2] [UU]\n\n"),
              HasSubstr("expected a number of at most 63 bits"));
}

TEST(Mdadm, AStanzaThatIsCutOffIsAnErrorAndTakesTheOthersWithIt) {
  TempSystem system;
  system.file("proc/mdstat", "md1 : active raid0 sda[0]\n 5 blocks\n\nmd0 : active raid0 sda[0]\n");
  EXPECT_THAT(collectError("mdadm", system), HasSubstr("proc/mdstat:4: expected two more lines"));
}

TEST(Mdadm, FailsWhereMdstatCannotBeRead) {
  TempSystem system;
  system.directory("proc/mdstat");
  EXPECT_EQ(collectError("mdadm", system), "proc/mdstat: Is a directory");
}

TEST(Mdadm, OnlyRedundantLevelsCanBeDegraded) {
  TempSystem system;
  withStanza(system, "")
      .file("sys/block/md0/md/level", "raid0\n")
      .file("sys/block/md0/md/raid_disks", "4\n")
      .file("sys/block/md1/md/level", "raid6\n")
      .file("sys/block/md1/md/raid_disks", "4 (3)\n")
      .file("sys/block/md1/md/degraded", "1\n");
  EXPECT_EQ(collectSamples("mdadm", system),
            R"(node_md_degraded{device="md0"} 0
node_md_degraded{device="md1"} 1
node_md_raid_disks{device="md0"} 4
node_md_raid_disks{device="md1"} 4
)");
}

TEST(Mdadm, ContainersHaveNoDisksOfTheirOwn) {
  for (const std::string_view level : {"container", "imsm", "ddf", ""}) {
    TempSystem system;
    withStanza(system, "").file("sys/block/md127/md/level", std::string(level) + "\n");
    EXPECT_EQ(collectSamples("mdadm", system), "node_md_degraded{device=\"md127\"} 0\n");
  }
}

TEST(Mdadm, ANumberOfDisksThatMakesNoSenseIsLeftOut) {
  TempSystem system;
  withStanza(system, "")
      .file("sys/block/md0/md/level", "raid0\n")
      .file("sys/block/md0/md/raid_disks", "some\n");
  EXPECT_EQ(collectSamples("mdadm", system), "node_md_degraded{device=\"md0\"} 0\n");
}

TEST(Mdadm, AMissingAttributeMeansNoDataFromSysfs) {
  for (const std::string file : {"level", "raid_disks", "degraded"}) {
    TempSystem system;
    withStanza(system, "")
        .file("sys/block/md0/md/level", "raid1\n")
        .file("sys/block/md0/md/raid_disks", "2\n")
        .file("sys/block/md0/md/degraded", "0\n")
        .remove("sys/block/md0/md/" + file);
    EXPECT_EQ(collectError("mdadm", system), "no data") << file;
  }
}

TEST(Mdadm, FailsWhereDegradedIsGarbled) {
  TempSystem system;
  withStanza(system, "")
      .file("sys/block/md0/md/level", "raid1\n")
      .file("sys/block/md0/md/raid_disks", "2\n")
      .file("sys/block/md0/md/degraded", "-1\n");
  EXPECT_EQ(collectError("mdadm", system),
            "sys/block/md0/md/degraded:1: expected a number of disks, got '-1'");
}

TEST(Mdadm, WhatMdstatTellsStaysWhereSysfsFails) {
  TempSystem system;
  withStanza(system, "md0 : active raid0 sda1[0]\n      100 blocks 64k chunks\n")
      .directory("sys/block/md0/md");
  EXPECT_THAT(collectSamplesUntilFailure("mdadm", system),
              HasSubstr("node_md_blocks{device=\"md0\"} 100\n"));
}

}  // namespace orchestrator_exporter
