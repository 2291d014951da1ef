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

// What is complained of, while another array is given.
std::string complaintOf(const std::string& stanza) {
  TempSystem system;
  withStanza(system, stanza + "md9 : active raid0 sda9[0]\n      900 blocks 64k chunks\n");
  EXPECT_THAT(collectSamples("mdadm", system), HasSubstr("node_md_blocks{device=\"md9\"} 900\n"));
  return collectComplaint("mdadm", system);
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

TEST(Mdadm, ArraysThatWaitOrThatAnotherNodeSyncsHaveSyncedNothing) {
  for (const auto& [what, state] : {std::pair{"resync=PENDING", "resync"},
                                    {"resync=DELAYED", "resync"},
                                    {"resync=REMOTE", "resync"},
                                    {"recover=REMOTE", "recovering"}}) {
    const std::string stanza =
        "md0 : active (auto-read-only) raid1 sda1[0] sdb1[1]\n      1000 blocks [2/2] [UU]\n"
        "      \t" +
        std::string(what) + "\n";
    EXPECT_THAT(samplesOf(stanza), HasSubstr("node_md_blocks_synced{device=\"md0\"} 0\n")) << what;
    EXPECT_EQ(stateOf(stanza), state);
  }
  EXPECT_EQ(stateOf("md0 : active raid5 sda1[0]\n      1000 blocks [1/1] [U]\n"
                    "      \treshape=REMOTE\n"),
            "none");
}

TEST(Mdadm, WithoutMdstatThereIsNoData) {
  EXPECT_EQ(collectError("mdadm", TempSystem()), "no data");
}

TEST(Mdadm, WithoutArraysThereIsNothingToReport) { EXPECT_EQ(samplesOf(""), ""); }

TEST(Mdadm, WhatMakesNoSenseCostsItself) {
  EXPECT_EQ(complaintOf("md0 :\n      100 blocks\n\n"),
            "proc/mdstat:2: expected an array and its state, got 'md0 :'");
  EXPECT_EQ(complaintOf("md0 : active raid1 sda1[0]\n      x blocks [2/2] [UU]\n\n"),
            "proc/mdstat:3: expected a whole number, got 'x'");
  EXPECT_EQ(complaintOf("md0 : active raid1 sda1[0]\n\n\n"),
            "proc/mdstat:2: expected a line about blocks below, got 'md0 : active raid1 sda1[0]'");
  EXPECT_EQ(complaintOf("md0 : active raid1 sda1[0]\n   100 blocks [2/2]\n\n"),
            "proc/mdstat:3: expected blocks and disks such as [2/2] [UU], "
            "got '   100 blocks [2/2]'");
  EXPECT_EQ(complaintOf("md0 : active raid1 sda1[0]\n      100 blocks [2/2] [UU]\n"
                        "      resync = 8.5% (85/x) finish=1min\n"),
            "proc/mdstat:4: expected the progress of an array, "
            "got '      resync = 8.5% (85/x) finish=1min'");
  EXPECT_THAT(
      complaintOf("md0 : active raid1 sda1[0]\n 100 blocks [99999999999999999999/2] [UU]\n\n"),
      HasSubstr("expected a number of at most 63 bits"));
}

TEST(Mdadm, AnArrayIsGivenWithWhatIsKnownOfIt) {
  const std::string samples = samplesOf(
      "md0 : active raid1 sda1[0] sdb1[1](F)\n      100 blocks [2/1] [U_]\n"
      "      resync=UPSIDE_DOWN\n");
  EXPECT_THAT(samples, HasSubstr("node_md_blocks{device=\"md0\"} 100\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_disks{device=\"md0\",state=\"failed\"} 1\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_state{device=\"md0\",state=\"resync\"} 1\n"));
  EXPECT_THAT(samples, Not(HasSubstr("node_md_blocks_synced")));
}

TEST(Mdadm, PassesOverLinesThatItDoesNotKnow) {
  EXPECT_THAT(samplesOf("md0 : active raid1 sda1[0]\na new line\n\n      100 blocks [2/2] [UU]\n"
                        "      future: 3\n"),
              HasSubstr("node_md_blocks{device=\"md0\"} 100\n"));
}

// The lines of an array whose first line is not understood do not speak of the one before.
TEST(Mdadm, AnArrayWithoutItsFirstLineCostsItself) {
  const std::string samples = samplesOf(
      "md1 : active raid1 sda1[0]\n      100 blocks [2/2] [UU]\n\nno such thing\n"
      "      200 blocks [2/2] [UU]\n      [=>..]  resync = 8.5% (85/200) finish=1min "
      "speed=1K/sec\n");
  EXPECT_THAT(samples, HasSubstr("node_md_blocks_synced{device=\"md1\"} 100\n"));
  EXPECT_THAT(samples, HasSubstr("node_md_state{device=\"md1\",state=\"active\"} 1\n"));
}

TEST(Mdadm, FailsWhereMdstatCannotBeRead) {
  TempSystem system;
  system.directory("proc/mdstat");
  EXPECT_EQ(collectError("mdadm", system), "proc/mdstat: Is a directory");
}

TEST(Mdadm, GivesAttributesIfMdstatCannotBeRead) {
  TempSystem system;
  system.directory("proc/mdstat")
      .file("sys/block/md0/md/level", "raid1\n")
      .file("sys/block/md0/md/degraded", "1\n");
  EXPECT_EQ(collectSamples("mdadm", system), "node_md_degraded{device=\"md0\"} 1\n");
  EXPECT_EQ(collectComplaint("mdadm", system), "proc/mdstat: Is a directory");
}

TEST(Mdadm, AsksArraysOfALevelThatItDoesNotKnowWhetherTheyAreDegraded) {
  TempSystem system;
  withStanza(system, "")
      .file("sys/block/md0/md/level", "raid7\n")
      .file("sys/block/md0/md/degraded", "2\n")
      .file("sys/block/md1/md/level", "raid8\n")
      .file("sys/block/md2/md/level", "multipath\n");
  EXPECT_EQ(collectSamples("mdadm", system),
            "node_md_degraded{device=\"md0\"} 2\nnode_md_degraded{device=\"md2\"} 0\n");
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

TEST(Mdadm, AnAttributeThatIsMissingCostsItself) {
  const auto samplesWithout = [](const std::string& file) {
    TempSystem system;
    withStanza(system, "")
        .file("sys/block/md0/md/level", "raid1\n")
        .file("sys/block/md0/md/raid_disks", "2\n")
        .file("sys/block/md0/md/degraded", "0\n")
        .remove("sys/block/md0/md/" + file);
    EXPECT_EQ(collectComplaint("mdadm", system), "");
    return collectSamples("mdadm", system);
  };
  EXPECT_EQ(samplesWithout("level"), "");
  EXPECT_EQ(samplesWithout("raid_disks"), "node_md_degraded{device=\"md0\"} 0\n");
  EXPECT_EQ(samplesWithout("degraded"), "node_md_raid_disks{device=\"md0\"} 2\n");
}

TEST(Mdadm, AnAttributeThatIsGarbledCostsItself) {
  TempSystem system;
  withStanza(system, "md0 : active raid0 sda1[0]\n      100 blocks 64k chunks\n")
      .file("sys/block/md0/md/level", "raid1\n")
      .file("sys/block/md0/md/raid_disks", "some\n")
      .file("sys/block/md0/md/degraded", "-1\n");
  EXPECT_THAT(collectSamples("mdadm", system),
              testing::AllOf(HasSubstr("node_md_blocks{device=\"md0\"} 100\n"),
                             Not(HasSubstr("node_md_degraded")), Not(HasSubstr("raid_disks"))));
  EXPECT_EQ(collectComplaint("mdadm", system),
            "sys/block/md0/md/raid_disks:1: expected a number of disks, got 'some'; "
            "sys/block/md0/md/degraded:1: expected a whole number of at most 64 bits, got '-1'");
}

}  // namespace orchestrator_exporter
