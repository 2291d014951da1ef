#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

std::string path(std::string_view name) {
  return "sys/devices/system/edac/mc/mc0/" + std::string(name);
}

TempSystem& controller(TempSystem& system) {
  for (const char* name :
       {"ce_count", "ce_noinfo_count", "ue_count", "ue_noinfo_count", "csrow1/ce_count",
        "csrow1/ue_count", "csrow1/ch0_ce_count", "csrow1/ch0_ue_count"}) {
    system.file(path(name), "1\n");
  }
  return system;
}

}  // namespace

TEST(Edac, ReportsControllersRowsAndChannels) {
  EXPECT_EQ(
      collectSamples("edac", fixture("typical")),
      R"(node_edac_channel_correctable_errors_total{channel="0",controller="0",csrow="0",dimm_label="mc0_csrow0_channel0"} 7
node_edac_channel_correctable_errors_total{channel="1",controller="0",csrow="0",dimm_label="DIMM_B1"} 9
node_edac_channel_uncorrectable_errors_total{channel="0",controller="0",csrow="0",dimm_label="mc0_csrow0_channel0"} 8
node_edac_correctable_errors_total{controller="0"} 1
node_edac_csrow_correctable_errors_total{controller="0",csrow="unknown"} 2
node_edac_csrow_correctable_errors_total{controller="0",csrow="0"} 3
node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="unknown"} 6
node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="0"} 4
node_edac_uncorrectable_errors_total{controller="0"} 5
)");
}

TEST(Edac, NamesModulesUnknownWhereTheirLabelIsMissing) {
  TempSystem system;
  EXPECT_THAT(collectSamples("edac", controller(system)), HasSubstr("dimm_label=\"unknown\""));
}

TEST(Edac, SucceedsWithNothingWithoutControllers) {
  EXPECT_EQ(collectText("edac", TempSystem()), "");
  TempSystem system;
  system.file("sys/devices/system/edac/mc/power/control", "auto\n");
  EXPECT_EQ(collectText("edac", system), "");
}

TEST(Edac, ACountThatIsMissingCostsItself) {
  for (const char* name : {"ce_count", "ue_noinfo_count", "csrow1/ue_count", "csrow1/ch0_ce_count",
                           "csrow1/ch0_ue_count"}) {
    TempSystem system;
    const std::string before = collectSamples("edac", controller(system));
    const std::string after = collectSamples("edac", system.remove(path(name)));
    EXPECT_EQ(std::count(after.begin(), after.end(), '\n'),
              std::count(before.begin(), before.end(), '\n') - 1)
        << name;
  }
}

TEST(Edac, ComplainsOfALabelThatCannotBeRead) {
  TempSystem system;
  controller(system).directory(path("csrow1/ch0_dimm_label"));
  EXPECT_THAT(collectSamples("edac", system), HasSubstr("dimm_label=\"unknown\""));
  EXPECT_EQ(collectComplaint("edac", system),
            "sys/devices/system/edac/mc/mc0/csrow1/ch0_dimm_label: Is a directory");
}

TEST(Edac, AWordCostsItself) {
  TempSystem system;
  controller(system).file(path("csrow1/ch0_ue_count"), "many\n");
  EXPECT_THAT(collectSamples("edac", system),
              HasSubstr("node_edac_channel_correctable_errors_total{channel=\"0\""));
  EXPECT_EQ(collectComplaint("edac", system),
            "sys/devices/system/edac/mc/mc0/csrow1/ch0_ue_count:1: expected a whole number of at "
            "most 64 bits, got 'many'");
}

TEST(Edac, FailsWhereNoCountIsUnderstood) {
  TempSystem system;
  system.file(path("ce_count"), "many\n");
  EXPECT_EQ(collectError("edac", system),
            "sys/devices/system/edac/mc/mc0/ce_count:1: expected a whole number of at most 64 "
            "bits, got 'many'");
}

}  // namespace orchestrator_exporter
