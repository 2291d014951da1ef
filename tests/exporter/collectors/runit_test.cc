#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

// The 20 bytes of a supervise/status.
std::string status(std::int64_t changed, char wanted, char state) {
  const std::uint64_t tai = 4611686018427387914u + static_cast<std::uint64_t>(changed);
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(tai >> shift & 0xFF);
  bytes.append("\x00\x00\x00\x05\x4D\x00\x00\x00\x00", 9);
  return bytes + wanted + '\0' + state;
}

Flags flagsOf(const TempSystem& system) {
  return Flags{{"collector.runit.servicedir", system.path("services")}};
}

std::string samples(const TempSystem& system) {
  return collectSamples("runit", system, flagsOf(system));
}

std::string complaint(const TempSystem& system) {
  return collectComplaint("runit", system, flagsOf(system));
}

TEST(Runit, ReportsServices) {
  TempSystem system;
  system.file("services/web/supervise/status", status(1700000000, 'u', 1));
  system.file("services/job/supervise/status", status(1600000000, 'd', 0));
  system.file("services/job/supervise/down", "");
  EXPECT_EQ(samples(system),
            R"(node_service_desired_state{service="job",supervisor="runit"} 0
node_service_desired_state{service="web",supervisor="runit"} 1
node_service_normal_state{service="job",supervisor="runit"} 0
node_service_normal_state{service="web",supervisor="runit"} 1
node_service_state{service="job",supervisor="runit"} 0
node_service_state{service="web",supervisor="runit"} 1
node_service_state_last_change_timestamp_seconds{service="job",supervisor="runit"} 1600000000
node_service_state_last_change_timestamp_seconds{service="web",supervisor="runit"} 1700000000
)");
}

TEST(Runit, TakesWhatIsNeitherUpNorDownAsNotWanted) {
  TempSystem system;
  system.file("services/a/supervise/status", status(-5, '\0', 2));
  EXPECT_EQ(samples(system),
            "node_service_desired_state{service=\"a\",supervisor=\"runit\"} 0\n"
            "node_service_normal_state{service=\"a\",supervisor=\"runit\"} 1\n"
            "node_service_state{service=\"a\",supervisor=\"runit\"} 2\n"
            "node_service_state_last_change_timestamp_seconds{service=\"a\",supervisor=\"runit\"} "
            "-5\n");
}

TEST(Runit, LooksForDownInSuperviseOnly) {
  TempSystem system;
  system.file("services/a/supervise/status", status(1, 'u', 1)).file("services/a/down", "");
  EXPECT_THAT(samples(system), HasSubstr("normal_state{service=\"a\",supervisor=\"runit\"} 1\n"));
}

TEST(Runit, FollowsLinks) {
  TempSystem system;
  system.file("elsewhere/a/supervise/status", status(1, 'u', 1)).directory("services");
  system.link("services/b", "../elsewhere/a").link("services/c", "nowhere");
  const std::string text = samples(system);
  EXPECT_THAT(text, HasSubstr("node_service_state{service=\"b\",supervisor=\"runit\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\"c\"")));
}

TEST(Runit, SkipsServicesWithoutAStatus) {
  TempSystem system;
  system.directory("services/none").file("services/file", "x");
  EXPECT_EQ(samples(system), "");
  EXPECT_EQ(complaint(system), "");
}

TEST(Runit, TellsOfAStatusThatCannotBeRead) {
  TempSystem system;
  system.directory("services/directory/supervise/status");
  system.file("services/web/supervise/status", status(1700000000, 'u', 1));
  EXPECT_THAT(samples(system), HasSubstr("node_service_state{service=\"web\""));
  EXPECT_EQ(complaint(system),
            system.path("services/directory/supervise/status") + ": Is a directory");
}

TEST(Runit, TakesOfAShortStatusWhatItTells) {
  TempSystem system;
  system.file("services/a/supervise/status", status(1700000000, 'u', 1).substr(0, 18));
  const std::string text = samples(system);
  EXPECT_THAT(text, Not(HasSubstr("node_service_state{")));
  EXPECT_THAT(text, HasSubstr("desired_state{service=\"a\",supervisor=\"runit\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("seconds{service=\"a\",supervisor=\"runit\"} 1700000000\n"));
  EXPECT_EQ(complaint(system),
            system.path("services/a/supervise/status") + ": expected 20 bytes, got '18'");
}

TEST(Runit, ReadsStatusesOfAnyBytes) {
  TempSystem system;
  system.file("services/a/supervise/status", std::string(5000, '\xFF'));
  EXPECT_THAT(samples(system), HasSubstr("node_service_state{service=\"a\",supervisor=\"runit\"} "
                                         "255\n"));
}

TEST(Runit, FailsWhereTheDirectoryIsMissing) {
  const TempSystem system;
  EXPECT_EQ(collectError("runit", system, flagsOf(system)),
            system.path("services") + ": No such file or directory");
}

TEST(Runit, FailsWhereTheDirectoryIsAFile) {
  TempSystem system;
  system.file("services", "x");
  EXPECT_THAT(collectError("runit", system, flagsOf(system)), HasSubstr("directory"));
}

}  // namespace

}  // namespace orchestrator_exporter
