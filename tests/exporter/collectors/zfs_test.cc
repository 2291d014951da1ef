#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;

const std::string kDirectory = "proc/spl/kstat/zfs/";
constexpr std::string_view kHeader = "name                            type data\n";

std::string complaintWith(std::string_view file, std::string_view content) {
  TempSystem system;
  system.file(kDirectory + std::string(file), content).file(kDirectory + "tank/state", "ONLINE\n");
  EXPECT_THAT(collectSamples("zfs", system),
              HasSubstr("node_zfs_zpool_state{state=\"online\",zpool=\"tank\"} 1\n"));
  return collectComplaint("zfs", system);
}

}  // namespace

TEST(Zfs, ReportsStatisticsPoolsAndDatasets) {
  TempSystem system;
  system
      .file(kDirectory + "arcstats",
            "13 1 0x01 91 24752 6439 97951858082072\n" + std::string(kHeader) +
                "hits                            4    8772612\n"
                "memory_available_bytes          3    -922337203\n"
                "l2-size                         4    18446744073709551615\n"
                "state                           7    a text\n")
      .file(kDirectory + "tank/io",
            "12 3 0x00 1 80 79205351707403 395818011156865\n"
            "nread    nwritten reads    writes   wtime    wlentime wupdate  rtime    rlentime "
            "rupdate  wcnt     rcnt    \n"
            "1884160  3206144  22       132      7155162  104112268 7921048 24168078 104112269 "
            "7921049 1        2       \n")
      .file(kDirectory + "tank/objset-0x36",
            "23 1 0x01 7 2160 221578688875 6665999035587\n" + std::string(kHeader) +
                "dataset_name                    7    tank/my  data\n"
                "writes                          4    5\n"
                "nunlinks                        3    6\n")
      .file(kDirectory + "tank/state", "ONLINE\n");
  EXPECT_EQ(collectSamples("zfs", system),
            R"(node_zfs_arc_hits 8772612
node_zfs_arc_l2_size 18446744073709551616
node_zfs_arc_memory_available_bytes -922337203
node_zfs_zpool_dataset_writes{dataset="tank/my  data",zpool="tank"} 5
node_zfs_zpool_nread{zpool="tank"} 1884160
node_zfs_zpool_nwritten{zpool="tank"} 3206144
node_zfs_zpool_rcnt{zpool="tank"} 2
node_zfs_zpool_reads{zpool="tank"} 22
node_zfs_zpool_rlentime{zpool="tank"} 104112269
node_zfs_zpool_rtime{zpool="tank"} 24168078
node_zfs_zpool_rupdate{zpool="tank"} 7921049
node_zfs_zpool_state{state="online",zpool="tank"} 1
node_zfs_zpool_state{state="degraded",zpool="tank"} 0
node_zfs_zpool_state{state="faulted",zpool="tank"} 0
node_zfs_zpool_state{state="offline",zpool="tank"} 0
node_zfs_zpool_state{state="removed",zpool="tank"} 0
node_zfs_zpool_state{state="unavail",zpool="tank"} 0
node_zfs_zpool_state{state="suspended",zpool="tank"} 0
node_zfs_zpool_wcnt{zpool="tank"} 1
node_zfs_zpool_wlentime{zpool="tank"} 104112268
node_zfs_zpool_writes{zpool="tank"} 132
node_zfs_zpool_wtime{zpool="tank"} 7155162
node_zfs_zpool_wupdate{zpool="tank"} 7921048
)");
}

TEST(Zfs, EachFileHasItsOwnPrefix) {
  TempSystem system;
  for (const std::string file :
       {"abdstats", "arcstats", "dbufstats", "dmu_tx", "dnodestats", "fm", "vdev_cache_stats",
        "vdev_mirror_stats", "xuio_stats", "zfetchstats", "zil"}) {
    system.file(kDirectory + file, std::string(kHeader) + "x 4 1\n");
  }
  EXPECT_EQ(collectSamples("zfs", system),
            "node_zfs_abd_x 1\nnode_zfs_arc_x 1\nnode_zfs_dbuf_x 1\nnode_zfs_dmu_tx_x 1\n"
            "node_zfs_dnode_x 1\nnode_zfs_fm_x 1\nnode_zfs_vdev_cache_x 1\n"
            "node_zfs_vdev_mirror_x 1\nnode_zfs_xuio_x 1\nnode_zfs_zfetch_x 1\nnode_zfs_zil_x 1\n");
}

TEST(Zfs, AStateThatIsUnknownIsNoneOfTheKnownOnes) {
  TempSystem system;
  system.file(kDirectory + "tank/state", "CONFUSED\n");
  EXPECT_EQ(collectSamples("zfs", system).find("} 1"), std::string::npos);
}

TEST(Zfs, WithoutTheModuleThereIsNoData) {
  EXPECT_EQ(collectError("zfs", TempSystem()), "no data");
}

TEST(Zfs, FilesThatAreMissingAreSkipped) {
  TempSystem system;
  system.directory(kDirectory + "tank");
  EXPECT_EQ(collectError("zfs", system), "");
}

TEST(Zfs, AFileWithoutItsHeaderCostsItself) {
  EXPECT_EQ(complaintWith("arcstats", ""),
            "proc/spl/kstat/zfs/arcstats: expected the header 'name type data'");
  EXPECT_EQ(complaintWith("tank/objset-0x36", "dataset_name 7 tank\n"),
            "proc/spl/kstat/zfs/tank/objset-0x36: expected the header 'name type data'");
  EXPECT_EQ(complaintWith("tank/io", "nread nwritten\n1 2\n"), "");
}

TEST(Zfs, ValuesThatAreNoNumbersCostThemselves) {
  EXPECT_EQ(complaintWith("arcstats", std::string(kHeader) + "hits 4 abc\n"),
            "proc/spl/kstat/zfs/arcstats:2: expected a whole number of at most 64 bits, got 'abc'");
  EXPECT_EQ(complaintWith("arcstats", std::string(kHeader) + "hits 3 1.5\n"),
            "proc/spl/kstat/zfs/arcstats:2: expected a whole number, got '1.5'");
  EXPECT_EQ(complaintWith("arcstats", std::string(kHeader) + "h\xc3\xa4 4 1\n"),
            "proc/spl/kstat/zfs/arcstats:2: expected the name of a statistic, got 'h\\xc3\\xa4'");
  EXPECT_EQ(
      complaintWith("tank/objset-0x1", std::string(kHeader) + "dataset_name 7 tank\nwrites 4 -1\n"),
      "proc/spl/kstat/zfs/tank/objset-0x1:3: expected a whole number of at most 64 bits, got "
      "'-1'");
  EXPECT_THAT(complaintWith("tank/io", "nread b c d e f g h i j k l\n1 2 3\n"),
              HasSubstr("io:2: expected as many values as names above, got '1 2 3'"));
  EXPECT_THAT(complaintWith("tank/io", "nread b c d e f g h i j k l\n1 2 3 4 5 6 7 8 9 10 11 x\n"),
              HasSubstr("got 'x'"));
}

TEST(Zfs, RowsAreGivenBesideOthersThatAreGarbledOrUnknown) {
  TempSystem system;
  system.file(kDirectory + "arcstats",
              std::string(kHeader) + "hits 4 1\n\nmisses 4 x\nnew 9 many words\nlast 4 2\n");
  EXPECT_EQ(collectSamples("zfs", system), "node_zfs_arc_hits 1\nnode_zfs_arc_last 2\n");
  system.file(kDirectory + "tank/io",
              "\nnread b c d e f g h i j k l\n1 2 x 4 5 6 7 8 9 10 11 12\n");
  const std::string samples = collectSamples("zfs", system);
  EXPECT_THAT(samples, HasSubstr("node_zfs_zpool_b{zpool=\"tank\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("node_zfs_zpool_l{zpool=\"tank\"} 12\n"));
}

TEST(Zfs, AValueOfADatasetWithoutANameIsNobodys) {
  EXPECT_EQ(complaintWith("tank/objset-0x1", std::string(kHeader) + "writes 4 1\n"),
            "proc/spl/kstat/zfs/tank/objset-0x1: expected the name of a dataset");
}

TEST(Zfs, AFileThatCannotBeReadCostsItself) {
  TempSystem system;
  system.directory(kDirectory + "arcstats")
      .file(kDirectory + "zil", std::string(kHeader) + "x 4 1\n");
  EXPECT_EQ(collectSamples("zfs", system), "node_zfs_zil_x 1\n");
  EXPECT_EQ(collectComplaint("zfs", system), "proc/spl/kstat/zfs/arcstats: Is a directory");
}

}  // namespace orchestrator_exporter
