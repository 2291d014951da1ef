#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::ContainsRegex;
using testing::HasSubstr;

TEST(Timex, ReportsTheClockOfTheRunningKernel) {
  const TempSystem system;
  if (collectError("timex", system) == "no data") GTEST_SKIP() << "the kernel refuses adjtimex";
  const std::string text = collectText("timex", system);
  for (const char* family :
       {"estimated_error_seconds", "frequency_adjustment_ratio", "loop_time_constant",
        "maxerror_seconds", "offset_seconds", "pps_calibration_total", "pps_error_total",
        "pps_frequency_hertz", "pps_jitter_seconds", "pps_jitter_total", "pps_shift_seconds",
        "pps_stability_exceeded_total", "pps_stability_hertz", "status", "sync_status",
        "tai_offset_seconds", "tick_seconds"}) {
    EXPECT_THAT(text, HasSubstr("\nnode_timex_" + std::string(family) + " "));
  }
  EXPECT_THAT(text, ContainsRegex("\nnode_timex_frequency_adjustment_ratio (1|1\\.000|0\\.999)"));
  EXPECT_THAT(text, ContainsRegex("\nnode_timex_sync_status [01]\n"));
}

TEST(Timex, CountsWhatPulsesDidAndMeasuresTheRest) {
  const TempSystem system;
  if (collectError("timex", system) == "no data") GTEST_SKIP() << "the kernel refuses adjtimex";
  const std::string text = collectText("timex", system);
  EXPECT_THAT(text, HasSubstr("# TYPE node_timex_pps_error_total counter\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE node_timex_pps_jitter_seconds gauge\n"));
}

}  // namespace orchestrator_exporter
