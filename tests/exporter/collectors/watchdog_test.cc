#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Watchdog, ReportsWhatADeviceTells) {
  EXPECT_EQ(collectSamples("watchdog", fixture("typical")),
            R"(node_watchdog_bootstatus{name="watchdog0"} 0
node_watchdog_info{identity="iTCO_wdt",name="watchdog0",options="0x8180",pretimeout_governor="",state="inactive",status="0x8000"} 1
node_watchdog_nowayout{name="watchdog0"} 0
node_watchdog_timeleft_seconds{name="watchdog0"} 30
node_watchdog_timeout_seconds{name="watchdog0"} 30
)");
}

TEST(Watchdog, HasNoDataWhereTheClassIsMissing) {
  EXPECT_EQ(collectError("watchdog", TempSystem()), "no data");
}

TEST(Watchdog, SucceedsWithoutDevices) {
  TempSystem system;
  system.directory("sys/class/watchdog");
  EXPECT_EQ(collectSamples("watchdog", system), "");
}

TEST(Watchdog, LeavesLabelsEmptyWhoseFilesAreMissing) {
  TempSystem system;
  system.file("sys/class/watchdog/watchdog1/access_cs0", "0x1\n")
      .file("sys/class/watchdog/watchdog1/fw_version", "7\n")
      .file("sys/class/watchdog/watchdog1/pretimeout", "-5\n");
  EXPECT_EQ(collectSamples("watchdog", system),
            R"(node_watchdog_access_cs0{name="watchdog1"} 1
node_watchdog_fw_version{name="watchdog1"} 7
node_watchdog_info{identity="",name="watchdog1",options="",pretimeout_governor="",state="",status=""} 1
node_watchdog_pretimeout_seconds{name="watchdog1"} -5
)");
}

TEST(Watchdog, FailsAltogetherWhereANumberIsGarbled) {
  TempSystem system;
  system.file("sys/class/watchdog/watchdog0/timeout", "30\n")
      .file("sys/class/watchdog/watchdog1/timeout", "abc\n");
  EXPECT_EQ(collectError("watchdog", system),
            "sys/class/watchdog/watchdog1/timeout:1: expected a whole number, got 'abc'");
  EXPECT_EQ(collectSamplesUntilFailure("watchdog", system), "");
}

TEST(Watchdog, FailsWhereAFileIsADirectory) {
  TempSystem system;
  system.directory("sys/class/watchdog/watchdog0/state");
  EXPECT_EQ(collectError("watchdog", system), "sys/class/watchdog/watchdog0/state: Is a directory");
}

}  // namespace orchestrator_exporter
