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

TEST(Watchdog, LeavesOutWhatIsGarbledOrFails) {
  TempSystem system;
  system.file("sys/class/watchdog/watchdog0/timeout", "30\n")
      .file("sys/class/watchdog/watchdog1/timeout", "abc\n")
      .file("sys/class/watchdog/watchdog1/nowayout", "1\n")
      .directory("sys/class/watchdog/watchdog1/state");
  EXPECT_EQ(
      collectSamples("watchdog", system),
      R"(node_watchdog_info{identity="",name="watchdog0",options="",pretimeout_governor="",state="",status=""} 1
node_watchdog_info{identity="",name="watchdog1",options="",pretimeout_governor="",state="",status=""} 1
node_watchdog_nowayout{name="watchdog1"} 1
node_watchdog_timeout_seconds{name="watchdog0"} 30
)");
  EXPECT_EQ(collectComplaint("watchdog", system),
            "sys/class/watchdog/watchdog1/timeout:1: expected a whole number, got 'abc'; "
            "sys/class/watchdog/watchdog1/state: Is a directory");
}

TEST(Watchdog, PassesOverAWatchdogThatIsGone) {
  TempSystem system;
  system.link("sys/class/watchdog/watchdog0", "../../devices/watchdog0");
  EXPECT_EQ(collectSamples("watchdog", system), "");
  EXPECT_EQ(collectComplaint("watchdog", system), "");
}

}  // namespace orchestrator_exporter
