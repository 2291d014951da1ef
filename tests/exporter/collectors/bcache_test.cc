#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSet = "sys/fs/bcache/deaddd54-c735-46d5-868e-f331c5fd7c74/";

// A set with one backing and one cache device. What is not written here is missing.
void fill(TempSystem& system) {
  system.file(kSet + "average_key_size", "12\n")
      .file(kSet + "btree_cache_size", "9.2M\n")
      .file(kSet + "cache_available_percent", "93\n")
      .file(kSet + "internal/btree_read_average_duration_us", "1305\n")
      .file(kSet + "bdev0/dirty_data", "1.5k\n")
      .file(kSet + "bdev0/stats_total/bypassed", "3G\n")
      .file(kSet + "bdev0/stats_total/cache_hits", "546\n")
      .file(kSet + "bdev0/stats_total/cache_readaheads", "0\n")
      .file(kSet + "bdev0/writeback_rate_debug",
            "rate:\t\t1.1M/sec\ndirty:\t\t20.4G\ntarget:\t\t2G\nproportional:\t-4k\n"
            "integral:\t790.0k\nchange:\t\t-321/sec\nnext io:\t17ms\n")
      .file(kSet + "cache0/written", "512\n")
      .file(kSet + "cache0/priority_stats",
            "Unused:\t\t99%\nMetadata:\t1%\nAverage:\t10473\nQuantiles:\t[0 0 3]\n");
}

// What is complained of with one file spoilt, whose neighbours are still given.
std::string complaintWith(const std::string& file, std::string_view content) {
  TempSystem system;
  fill(system);
  system.file(kSet + file, content);
  const Flags flags{{"collector.bcache.priorityStats", "true"}};
  EXPECT_THAT(collectSamples("bcache", system, flags),
              HasSubstr("node_bcache_cache_hits_total{backing_device=\"bdev0\","));
  return collectComplaint("bcache", system, flags);
}

}  // namespace

TEST(Bcache, ReportsSetsAndTheirDevices) {
  TempSystem system;
  fill(system);
  EXPECT_EQ(collectSamples("bcache", system),
            R"(node_bcache_average_key_size_sectors{uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 12
node_bcache_btree_cache_size_bytes{uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 9641984
node_bcache_btree_read_average_duration_seconds{uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 1.305e-06
node_bcache_bypassed_bytes_total{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 3221225472
node_bcache_cache_available_percent{uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 93
node_bcache_cache_hits_total{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 546
node_bcache_dirty_data_bytes{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 1524
node_bcache_dirty_target_bytes{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 2147483648
node_bcache_writeback_change{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} -321
node_bcache_writeback_rate{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 1150976
node_bcache_writeback_rate_integral_term{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 808960
node_bcache_writeback_rate_proportional_term{backing_device="bdev0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} -4096
node_bcache_written_bytes_total{cache_device="cache0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 512
)");
}

TEST(Bcache, ReadaheadsAreLeftOutWhileThereAreNone) {
  TempSystem system;
  fill(system);
  system.file(kSet + "bdev0/stats_total/cache_readaheads", "7\n");
  EXPECT_THAT(collectSamples("bcache", system),
              HasSubstr("node_bcache_cache_readaheads_total{backing_device=\"bdev0\","));
}

TEST(Bcache, PrioritiesNeedTheirFlag) {
  TempSystem system;
  fill(system);
  EXPECT_THAT(collectSamples("bcache", system), Not(HasSubstr("priority_stats")));
  const std::string samples =
      collectSamples("bcache", system, Flags{{"collector.bcache.priorityStats", "true"}});
  EXPECT_THAT(samples,
              HasSubstr(R"(node_bcache_priority_stats_metadata_percent{)"
                        R"(cache_device="cache0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 1)"));
  EXPECT_THAT(
      samples,
      HasSubstr(R"(node_bcache_priority_stats_unused_percent{)"
                R"(cache_device="cache0",uuid="deaddd54-c735-46d5-868e-f331c5fd7c74"} 99)"));
}

TEST(Bcache, WithoutSetsThereIsNothingToReport) {
  TempSystem system;
  EXPECT_EQ(collectText("bcache", system), "");
  system.file("sys/fs/bcache/register", "");
  EXPECT_EQ(collectText("bcache", system), "");
}

TEST(Bcache, AnAttributeThatIsGarbledCostsItself) {
  EXPECT_THAT(complaintWith("average_key_size", ""), HasSubstr("expected a size, got ''"));
  EXPECT_THAT(complaintWith("average_key_size", "\n"), HasSubstr("expected a size, got ''"));
  EXPECT_THAT(complaintWith("bdev0/dirty_data", "x1k\n"), HasSubstr("expected a size, got 'x1k'"));
  EXPECT_THAT(complaintWith("bdev0/writeback_rate_debug", "rate:\n"),
              HasSubstr("writeback_rate_debug:1: expected a size, got 'rate:'"));
  EXPECT_THAT(complaintWith("bdev0/writeback_rate_debug", "\nchange:\t-x/sec\n"),
              HasSubstr("writeback_rate_debug:2: expected a size, got 'x'"));
  EXPECT_THAT(complaintWith("cache0/priority_stats", "Unused:\t\tmany%\n"),
              HasSubstr("priority_stats:1: expected a percentage, got 'many'"));
}

TEST(Bcache, ARowThatIsGarbledOrUnknownCostsNoOther) {
  TempSystem system;
  fill(system);
  system.file(kSet + "bdev0/writeback_rate_debug", "rate: fast\nfuture: x\ntarget: 2G\n");
  const std::string samples = collectSamples("bcache", system);
  EXPECT_THAT(samples, HasSubstr("node_bcache_dirty_target_bytes{"));
  EXPECT_THAT(samples, Not(HasSubstr("node_bcache_writeback_rate{")));
}

TEST(Bcache, WhatIsMissingCostsItself) {
  TempSystem system;
  fill(system);
  system.remove(kSet + "bdev0/writeback_rate_debug");
  const std::string samples = collectSamples("bcache", system);
  EXPECT_THAT(samples, HasSubstr("node_bcache_dirty_data_bytes{"));
  EXPECT_THAT(samples, Not(HasSubstr("writeback")));
  EXPECT_THAT(collectComplaint("bcache", system),
              HasSubstr("writeback_rate_debug: No such file or directory"));
}

TEST(Bcache, AnAttributeThatCannotBeReadCostsItself) {
  TempSystem system;
  fill(system);
  system.remove(kSet + "cache0/written").directory(kSet + "cache0/written");
  EXPECT_THAT(collectSamples("bcache", system), Not(HasSubstr("node_bcache_written_bytes_total")));
  EXPECT_THAT(collectComplaint("bcache", system), HasSubstr("cache0/written: Is a directory"));
}

}  // namespace orchestrator_exporter
