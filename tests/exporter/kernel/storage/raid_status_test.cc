#include "exporter/kernel/storage/raid_status.h"

#include <gtest/gtest.h>

#include <string>

// The arrays of proc/mdstat as md_seq_show() of drivers/md/md.c writes them. What lines cost that
// make no sense is in mdadm_test.cc.
namespace orchestrator_exporter {

namespace {

const std::string kHead = "Personalities : [raid1] [raid6] [raid5] [raid4]\n";
const std::string kTail = "unused devices: <none>\n";

std::vector<RaidArray> parse(const std::string& text) {
  std::vector<ParseError> refusals;
  auto arrays = parseRaidStatus({"proc/mdstat", text}, refusals);
  EXPECT_TRUE(refusals.empty());
  return arrays;
}

// The only array of a file that holds this stanza.
RaidArray arrayOf(std::string& text, const std::string& stanza) {
  text = kHead + stanza + kTail;
  const std::vector<RaidArray> arrays = parse(text);
  EXPECT_EQ(arrays.size(), 1u);
  return arrays.at(0);
}

std::size_t refusalsOf(const std::string& stanza) {
  std::vector<ParseError> refusals;
  parseRaidStatus({"proc/mdstat", kHead + stanza + kTail}, refusals);
  return refusals.size();
}

}  // namespace

TEST(RaidStatus, ReadsAnArrayThatIsWhole) {
  std::string text;
  const RaidArray array = arrayOf(
      text,
      "md3 : active raid6 sda1[8] sdh1[7] sdg1[6] sdf1[5] sde1[11] sdd1[3] sdc1[10] sdb1[9]\n"
      "      5853468288 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/8] [UUUUUUUU]\n"
      "      \n");
  EXPECT_EQ(array.name, "md3");
  EXPECT_EQ(array.state, "active");
  EXPECT_EQ(array.blocks, 5853468288);
  EXPECT_EQ(array.blocksSynced, 5853468288);
  EXPECT_EQ(array.disksRequired, 8);
  EXPECT_EQ(array.disksActive, 8);
  EXPECT_EQ(array.disksFailed, 0);
  EXPECT_EQ(array.disksSpare, 0);
}

TEST(RaidStatus, CountsDisksThatFailedAndDisksInReserve) {
  std::string text;
  const RaidArray array = arrayOf(text,
                                  "md0 : active raid1 sdd1[3](S) sdc1[2](F) sdb1[1](F) sda1[0]\n"
                                  "      248896 blocks [2/1] [U_]\n"
                                  "      \n");
  EXPECT_EQ(array.disksFailed, 2);
  EXPECT_EQ(array.disksSpare, 1);
  EXPECT_EQ(array.disksRequired, 2);
  EXPECT_EQ(array.disksActive, 1);
}

TEST(RaidStatus, CountsTheDisksOfArraysWithoutRedundancyByTheirNames) {
  std::string text;
  const RaidArray array = arrayOf(text,
                                  "md12 : active raid0 sdc2[0] sdd2[1]\n"
                                  "      3886394368 blocks super 1.2 512k chunks\n"
                                  "      \n");
  EXPECT_EQ(array.disksRequired, 2);
  EXPECT_EQ(array.disksActive, 2);
}

TEST(RaidStatus, TellsWhatGoesOnInAnArray) {
  const auto stateDuring = [](const std::string& what) {
    std::string text;
    const RaidArray array =
        arrayOf(text,
                "md8 : active raid1 sdb1[1] sda1[0]\n"
                "      195310144 blocks [2/2] [UU]\n"
                "      [=>...................]  " +
                    what +
                    " =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec\n"
                    "      \n");
    EXPECT_EQ(array.blocks, 195310144);
    EXPECT_EQ(array.blocksSynced, 16775552);
    return std::string(array.state);
  };
  EXPECT_EQ(stateDuring("resync"), "resyncing");
  EXPECT_EQ(stateDuring("recovery"), "recovering");
  EXPECT_EQ(stateDuring("check"), "checking");
  EXPECT_EQ(stateDuring("reshape"), "reshaping");
}

TEST(RaidStatus, FindsTheProgressBelowTheBitmap) {
  std::string text;
  const RaidArray array =
      arrayOf(text,
              "md1 : active raid1 sdb1[1] sda1[0]\n"
              "      100 blocks [2/2] [UU]\n"
              "      bitmap: 4/4 pages [16KB], 4KB chunk\n"
              "      [=>....]  check =  8.5% (17/100) finish=17.0min speed=259783K/sec\n");
  EXPECT_EQ(array.state, "checking");
  EXPECT_EQ(array.blocksSynced, 17);
}

TEST(RaidStatus, HasSyncedNothingWhileItWaits) {
  for (const char* waiting : {"resync=DELAYED", "resync=PENDING", "resync=REMOTE"}) {
    std::string text;
    const RaidArray array = arrayOf(text,
                                    "md8 : active raid1 sdb1[1] sda1[0]\n"
                                    "      195310144 blocks [2/2] [UU]\n"
                                    "      \t" +
                                        std::string(waiting) + "\n      \n");
    EXPECT_EQ(array.state, "resyncing") << waiting;
    EXPECT_EQ(array.blocksSynced, 0) << waiting;
  }
}

TEST(RaidStatus, KnowsNoDisksOfAnInactiveArray) {
  std::string text;
  const RaidArray array = arrayOf(text,
                                  "md6 : inactive sdb2[0](S)\n"
                                  "      146839504 blocks super external:imsm\n"
                                  "      \n");
  EXPECT_EQ(array.state, "inactive");
  EXPECT_EQ(array.disksSpare, 1);
  EXPECT_EQ(array.disksRequired, 0);
}

TEST(RaidStatus, ReadsAllArrays) {
  const std::string stanza = " : active raid1 sdb1[1] sda1[0]\n      100 blocks [2/2] [UU]\n\n";
  const std::string text = kHead + "md1" + stanza + "md127" + stanza + "mdvol" + stanza + kTail;
  const auto arrays = parse(text);
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays[1].name, "md127");
  EXPECT_EQ(arrays[2].name, "mdvol");
}

TEST(RaidStatus, OfAHostWithoutArraysIsEmpty) { EXPECT_TRUE(parse(kHead + kTail).empty()); }

TEST(RaidStatus, RefusesLinesThatMakeNoSense) {
  for (const char* stanza : {
           "md0 : active raid1 sda1[0]\n      x blocks [2/2] [UU]\n\n",
           "md0 : active raid1 sda1[0]\n      100 blocks\n\n",
           "md0 : active raid1 sda1[0]\n      100 blocks [2/2]\n\n",
           "md0 : active raid1 sda1[0]\n      100 blocks [2/99999999999999999999] [UU]\n\n",
           "md0 : active raid1 sda1[0]\n      100 blocks [2/2] [UU]\n      check = 5%\n",
           "md0 : active raid1 sda1[0]\n",
       }) {
    EXPECT_EQ(refusalsOf(stanza), 1u) << stanza;
  }
}

TEST(RaidStatus, NeedsNoLinesBelowTheStatus) {
  const std::string text = kHead + "md0 : active raid1 sda1[0]\n  100 blocks [2/2] [UU]";
  const auto arrays = parse(text);
  ASSERT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays[0].blocks, 100);
}

}  // namespace orchestrator_exporter
