#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSystem = "sys/fs/bcachefs/a1b2/";

std::string complaintWith(const std::string& file, std::string_view content) {
  TempSystem system;
  system.file(kSystem + file, content);
  return collectComplaint("bcachefs", system);
}

std::string samplesWith(const std::string& file, std::string_view content) {
  TempSystem system;
  system.file(kSystem + file, content);
  return collectSamples("bcachefs", system);
}

}  // namespace

TEST(Bcachefs, ReportsFileSystemsAndTheirDevices) {
  TempSystem system;
  system.file(kSystem + "btree_cache_size", "1.5G\n")
      .file(kSystem + "btree_write_stats",
            "nr size\ninitial:                   19088 108k\njournal_reclaim: 541 513\n")
      .file(kSystem + "compression_stats",
            "type              compressed    uncompressed     average extent size\n"
            "lz4:              1.5K          3k               64.5k\n")
      .file(kSystem + "errors", "btree_node_read_err    3   1735689600\nvalidate_error  11\n")
      .file(kSystem + "counters/io-read",
            "since mount:                      1.2M\nsince filesystem creation:        3.5G\n")
      .file(kSystem + "dev-0/bucket_size", "512k\n")
      .file(kSystem + "dev-0/nbuckets", "524288\n")
      .file(kSystem + "dev-0/durability", "1\n")
      .file(kSystem + "dev-0/label", "ssd.one\n")
      .file(kSystem + "dev-0/state", "rw\n")
      .file(kSystem + "dev-0/io_done",
            "read:\nsb          :           3989504\nwrite:\nsb          :         31744\n")
      .file(kSystem + "dev-0/io_errors",
            "IO errors since filesystem creation\n  read:    197346\n  checksum:0\n"
            "IO errors since 8 y ago\n  read:    5\n");
  EXPECT_EQ(collectSamples("bcachefs", system),
            R"(node_bcachefs_btree_cache_size_bytes{uuid="a1b2"} 1610612736
node_bcachefs_btree_write_average_size_bytes{type="initial",uuid="a1b2"} 110592
node_bcachefs_btree_write_average_size_bytes{type="journal_reclaim",uuid="a1b2"} 513
node_bcachefs_btree_writes_total{type="initial",uuid="a1b2"} 19088
node_bcachefs_btree_writes_total{type="journal_reclaim",uuid="a1b2"} 541
node_bcachefs_compression_compressed_bytes{algorithm="lz4",uuid="a1b2"} 1536
node_bcachefs_compression_uncompressed_bytes{algorithm="lz4",uuid="a1b2"} 3072
node_bcachefs_device_bucket_size_bytes{device="0",uuid="a1b2"} 524288
node_bcachefs_device_buckets{device="0",uuid="a1b2"} 524288
node_bcachefs_device_durability{device="0",uuid="a1b2"} 1
node_bcachefs_device_info{device="0",label="ssd.one",state="rw",uuid="a1b2"} 1
node_bcachefs_device_io_done_bytes_total{data_type="sb",device="0",operation="read",uuid="a1b2"} 3989504
node_bcachefs_device_io_done_bytes_total{data_type="sb",device="0",operation="write",uuid="a1b2"} 31744
node_bcachefs_device_io_errors_total{device="0",type="read",uuid="a1b2"} 197346
node_bcachefs_device_io_errors_total{device="0",type="checksum",uuid="a1b2"} 0
node_bcachefs_errors_total{error_type="btree_node_read_err",uuid="a1b2"} 3
node_bcachefs_errors_total{error_type="validate_error",uuid="a1b2"} 11
node_bcachefs_info{uuid="a1b2"} 1
node_bcachefs_io_read_total{uuid="a1b2"} 3758096384
)");
}

TEST(Bcachefs, AttributesThatAreMissingAreLeftOut) {
  TempSystem system;
  system.directory(kSystem + "dev-12");
  EXPECT_EQ(collectSamples("bcachefs", system),
            R"(node_bcachefs_device_info{device="12",label="",state="",uuid="a1b2"} 1
node_bcachefs_info{uuid="a1b2"} 1
)");
}

TEST(Bcachefs, WithoutAFileSystemThereIsNoData) {
  TempSystem system;
  EXPECT_EQ(collectError("bcachefs", system), "no data");
  system.file("sys/fs/bcachefs/file", "");
  EXPECT_EQ(collectError("bcachefs", system), "no data");
}

TEST(Bcachefs, ACounterNeedsOneOfItsTwoLines) {
  EXPECT_EQ(complaintWith("counters/x", "since the flood: 5\n"),
            "sys/fs/bcachefs/a1b2/counters/x: expected a line 'since filesystem creation:'");
  EXPECT_EQ(complaintWith("counters/x", ""),
            "sys/fs/bcachefs/a1b2/counters/x: expected a line 'since filesystem creation:'");
  EXPECT_THAT(samplesWith("counters/x", "since mount: 5\n"),
              Not(HasSubstr("node_bcachefs_x_total")));
}

TEST(Bcachefs, DirectoriesAmongTheCountersAreNone) {
  TempSystem system;
  system.directory(kSystem + "counters/x");
  EXPECT_THAT(collectSamples("bcachefs", system), Not(HasSubstr("node_bcachefs_x_total")));
}

TEST(Bcachefs, ComplainsOfValuesThatAreGarbled) {
  EXPECT_EQ(complaintWith("btree_cache_size", "big\n"),
            "sys/fs/bcachefs/a1b2/btree_cache_size:1: expected a size, got 'big'");
  EXPECT_EQ(complaintWith("btree_write_stats", "nr size\ninitial: x 108k\n"),
            "sys/fs/bcachefs/a1b2/btree_write_stats:2: expected a whole number of at most 64 bits, "
            "got 'x'");
  EXPECT_EQ(complaintWith("compression_stats", "type\nlz4 1k much\n"),
            "sys/fs/bcachefs/a1b2/compression_stats:2: expected a size, got 'much'");
  EXPECT_EQ(complaintWith("errors", "x many\n"),
            "sys/fs/bcachefs/a1b2/errors:1: expected a whole number of at most 64 bits, got "
            "'many'");
  EXPECT_EQ(complaintWith("counters/x", "since filesystem creation: -\n"),
            "sys/fs/bcachefs/a1b2/counters/x:1: expected a size, got ' -'");
  EXPECT_EQ(complaintWith("dev-0/nbuckets", "\n"),
            "sys/fs/bcachefs/a1b2/dev-0/nbuckets:1: expected a count, got ''");
  EXPECT_EQ(complaintWith("dev-0/io_done", "read:\nsb : x\n"),
            "sys/fs/bcachefs/a1b2/dev-0/io_done:2: expected a count, got 'x'");
  EXPECT_EQ(complaintWith("dev-0/io_errors", "IO errors since filesystem creation\n read: 1k\n"),
            "sys/fs/bcachefs/a1b2/dev-0/io_errors:2: expected a count, got '1k'");
}

TEST(Bcachefs, ATypeOfDataWithoutItsFigureIsNoNewSection) {
  constexpr std::string_view kCutShort = "read:\nsb          :\nuser        : 7\n";
  EXPECT_THAT(samplesWith("dev-0/io_done", kCutShort),
              HasSubstr(R"(data_type="user",device="0",operation="read",uuid="a1b2"} 7)"));
  EXPECT_EQ(complaintWith("dev-0/io_done", kCutShort),
            "sys/fs/bcachefs/a1b2/dev-0/io_done:2: expected a count, got ''");
}

TEST(Bcachefs, ComplainsOfALabelThatCannotBeRead) {
  TempSystem system;
  system.directory(kSystem + "dev-0/label").file(kSystem + "dev-0/state", "rw\n");
  EXPECT_THAT(collectSamples("bcachefs", system), HasSubstr(R"(label="",state="rw")"));
  EXPECT_EQ(collectComplaint("bcachefs", system),
            "sys/fs/bcachefs/a1b2/dev-0/label: Is a directory");
}

TEST(Bcachefs, LinesOutsideOfASectionAreSkipped) {
  EXPECT_THAT(samplesWith("dev-0/io_done", "sb : x\nread:\nno figure\n"),
              Not(HasSubstr("io_done")));
  EXPECT_THAT(samplesWith("dev-0/io_errors", "read: 5\nIO errors since today\n read: 6\n"),
              Not(HasSubstr("io_errors")));
}

TEST(Bcachefs, WhatIsGarbledOrUnreadableCostsItself) {
  TempSystem system;
  system.directory(kSystem)
      .directory("sys/fs/bcachefs/b2/errors")
      .file("sys/fs/bcachefs/b2/dev-0/nbuckets", "many\n")
      .file("sys/fs/bcachefs/b2/dev-0/durability", "1\n")
      .file("sys/fs/bcachefs/b2/dev-0/io_done", "read:\nsb : x\nuser : 7\nfuture:\nuser : 9\n");
  EXPECT_EQ(collectSamples("bcachefs", system),
            R"(node_bcachefs_device_durability{device="0",uuid="b2"} 1
node_bcachefs_device_info{device="0",label="",state="",uuid="b2"} 1
node_bcachefs_device_io_done_bytes_total{data_type="user",device="0",operation="read",uuid="b2"} 7
node_bcachefs_info{uuid="a1b2"} 1
node_bcachefs_info{uuid="b2"} 1
)");
  EXPECT_EQ(collectComplaint("bcachefs", system),
            "sys/fs/bcachefs/b2/errors: Is a directory; "
            "sys/fs/bcachefs/b2/dev-0/nbuckets:1: expected a count, got 'many'; "
            "sys/fs/bcachefs/b2/dev-0/io_done:2: expected a count, got 'x'");
}

}  // namespace orchestrator_exporter
