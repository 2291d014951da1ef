#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string path(std::string_view drive, std::string_view attribute) {
  return "sys/class/scsi_tape/" + std::string(drive) + "/stats/" + std::string(attribute);
}

TempSystem& drive(TempSystem& system, std::string_view name) {
  return system.file(path(name, "in_flight"), "1\n")
      .file(path(name, "io_ns"), "9247011087720\n")
      .file(path(name, "other_cnt"), "1409\n")
      .file(path(name, "read_byte_cnt"), "979383912\n")
      .file(path(name, "read_cnt"), "3741\n")
      .file(path(name, "read_ns"), "33788355744\n")
      .file(path(name, "resid_cnt"), "19\n")
      .file(path(name, "write_byte_cnt"), "1496246784000\n")
      .file(path(name, "write_cnt"), "53772916\n")
      .file(path(name, "write_ns"), "5233597394395\n");
}

}  // namespace

TEST(Tapestats, ReportsDrives) {
  TempSystem system;
  EXPECT_EQ(collectSamples("tapestats", drive(system, "st0")),
            R"(node_tape_io_now{device="st0"} 1
node_tape_io_others_total{device="st0"} 1409
node_tape_io_time_seconds_total{device="st0"} 9247.01108772
node_tape_read_bytes_total{device="st0"} 979383912
node_tape_read_time_seconds_total{device="st0"} 33.788355744
node_tape_reads_completed_total{device="st0"} 3741
node_tape_residual_total{device="st0"} 19
node_tape_write_time_seconds_total{device="st0"} 5233.597394395
node_tape_writes_completed_total{device="st0"} 53772916
node_tape_written_bytes_total{device="st0"} 1496246784000
)");
}

TEST(Tapestats, GivesAGaugeAndCounters) {
  TempSystem system;
  const std::string text = collectText("tapestats", drive(system, "st0"));
  EXPECT_THAT(text, testing::HasSubstr("# TYPE node_tape_io_now gauge\n"));
  EXPECT_THAT(text, testing::HasSubstr("# TYPE node_tape_io_time_seconds_total counter\n"));
}

TEST(Tapestats, SkipsOtherNamesOfADrive) {
  TempSystem system;
  for (const char* name : {"nst0", "st0a", "st", "xst0"}) drive(system, name);
  EXPECT_EQ(collectText("tapestats", system), "");
}

TEST(Tapestats, LeavesOutIgnoredDrives) {
  TempSystem system;
  drive(drive(system, "st0"), "st12");
  const std::string samples =
      collectSamples("tapestats", system, Flags{{"collector.tapestats.ignored-devices", "^st1"}});
  EXPECT_THAT(samples, testing::HasSubstr("st0"));
  EXPECT_THAT(samples, testing::Not(testing::HasSubstr("st12")));
}

TEST(Tapestats, HasNoDataWithoutTapes) {
  EXPECT_EQ(collectError("tapestats", TempSystem()), "no data");
}

TEST(Tapestats, LeavesOutAnAttributeThatIsMissingOrGarbled) {
  TempSystem system;
  drive(drive(system, "st0"), "st1")
      .remove(path("st0", "in_flight"))
      .file(path("st0", "io_ns"), "many\n");
  const std::string samples = collectSamples("tapestats", system);
  EXPECT_THAT(samples, testing::HasSubstr("node_tape_io_now{device=\"st1\"} 1\n"));
  EXPECT_THAT(samples,
              testing::HasSubstr("node_tape_reads_completed_total{device=\"st0\"} 3741\n"));
  EXPECT_THAT(samples, testing::Not(testing::HasSubstr("node_tape_io_now{device=\"st0\"}")));
  EXPECT_THAT(samples, testing::Not(testing::HasSubstr("io_time_seconds_total{device=\"st0\"}")));
  EXPECT_EQ(collectComplaint("tapestats", system),
            "sys/class/scsi_tape/st0/stats/io_ns:1: expected a whole number of at most 64 bits, "
            "got 'many'");
}

TEST(Tapestats, DoesNotLookAtIgnoredDrives) {
  TempSystem system;
  drive(system, "st0").file(path("st0", "io_ns"), "many\n");
  EXPECT_EQ(
      collectComplaint("tapestats", system, Flags{{"collector.tapestats.ignored-devices", "st0"}}),
      "");
}

TEST(Tapestats, PassesOverADriveThatIsGone) {
  TempSystem system;
  drive(system, "st0").link("sys/class/scsi_tape/st1", "../../devices/st1");
  EXPECT_THAT(collectSamples("tapestats", system), testing::HasSubstr("st0"));
  EXPECT_EQ(collectComplaint("tapestats", system), "");
}

}  // namespace orchestrator_exporter
