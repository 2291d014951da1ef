#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::HasSubstr;

namespace {

void addZone(TempSystem& system, const std::string& folder, std::string_view name,
             std::string_view energy) {
  const std::string zone = "sys/class/powercap/" + folder;
  system.file(zone + "/name", name)
      .file(zone + "/energy_uj", energy)
      .file(zone + "/max_energy_range_uj", "262143328850\n");
}

// The samples with the zones' folders in place of their paths.
std::string samplesOf(const TempSystem& system, const Flags& flags = {}) {
  std::string samples = collectSamplesUntilFailure("rapl", system, flags);
  const std::string root = system.path("sys/class/powercap/");
  for (std::size_t at = 0; (at = samples.find(root)) != std::string::npos;) {
    samples.erase(at, root.size());
  }
  return samples;
}

}  // namespace

TEST(Rapl, ReportsTheEnergyOfEachZone) {
  const std::string root = fixture("typical").sysfs + "/class/powercap/";
  EXPECT_EQ(collectSamples("rapl", fixture("typical")),
            "node_rapl_core_joules_total{index=\"0\",path=\"" + root +
                "intel-rapl:0:0\"} 92345.678901\n"
                "node_rapl_package_joules_total{index=\"0\",path=\"" +
                root + "intel-rapl:0\"} 187234.56789\n");
}

TEST(Rapl, CountsEnergy) {
  EXPECT_THAT(collectText("rapl", fixture("typical")),
              HasSubstr("# TYPE node_rapl_core_joules_total counter\n"));
}

TEST(Rapl, GivesOneFamilyWithTheZoneAsLabelWhereAsked) {
  TempSystem system;
  addZone(system, "a", "package-2\n", "1500000\n");
  EXPECT_EQ(samplesOf(system, Flags{{"collector.rapl.enable-zone-label", "true"}}),
            "node_rapl_joules_total{index=\"2\",path=\"a\",rapl_zone=\"package\"} 1.5\n");
}

TEST(Rapl, NumbersZonesByTheirNamesOrTheirOrder) {
  TempSystem system;
  addZone(system, "a", "core\n", "0\n");
  addZone(system, "b", "core\n", "1\n");
  addZone(system, "c", "core-5\n", "2\n");
  addZone(system, "d", "core\n", "3\n");
  addZone(system, "e", "package-0-die-1\n", "4\n");
  addZone(system, "f", "package--1\n", "5\n");
  addZone(system, "g", "odd name!-3\n", "6\n");
  EXPECT_EQ(samplesOf(system), R"(node_rapl_core_joules_total{index="0",path="a"} 0
node_rapl_core_joules_total{index="1",path="b"} 1e-06
node_rapl_core_joules_total{index="5",path="c"} 2e-06
node_rapl_core_joules_total{index="6",path="d"} 3e-06
node_rapl_odd_name__joules_total{index="3",path="g"} 6e-06
node_rapl_package_0_die_1_joules_total{index="0",path="e"} 4e-06
node_rapl_package_1_joules_total{index="0",path="f"} 5e-06
)");
}

TEST(Rapl, HasNoDataWhereThereAreNoZones) {
  EXPECT_EQ(collectError("rapl", TempSystem()), "no data");
}

TEST(Rapl, DoesNotNeedTheRangeOfAZone) {
  TempSystem system;
  addZone(system, "a", "core\n", "1000000\n");
  addZone(system, "b", "dram\n", "2000000\n");
  system.remove("sys/class/powercap/a/max_energy_range_uj")
      .file("sys/class/powercap/b/max_energy_range_uj", "abc\n");
  EXPECT_EQ(samplesOf(system),
            "node_rapl_core_joules_total{index=\"0\",path=\"a\"} 1\n"
            "node_rapl_dram_joules_total{index=\"0\",path=\"b\"} 2\n");
  EXPECT_EQ(collectComplaint("rapl", system), "");
}

TEST(Rapl, GivesTheZonesBesideOneThatCannotBeRead) {
  TempSystem system;
  addZone(system, "a", "core\n", "-1\n");
  addZone(system, "b", "dram\n", "1000000\n");
  const std::string others = "node_rapl_dram_joules_total{index=\"0\",path=\"b\"} 1\n";
  EXPECT_EQ(samplesOf(system), others);
  EXPECT_EQ(collectComplaint("rapl", system),
            "sys/class/powercap/a/energy_uj:1: expected a whole number of at most 64 bits, got "
            "'-1'");
  system.remove("sys/class/powercap/a/energy_uj")
      .link("sys/class/powercap/a/energy_uj", "/proc/self/mem");
  EXPECT_EQ(samplesOf(system), others);
  EXPECT_EQ(collectComplaint("rapl", system), "sys/class/powercap/a/energy_uj: Input/output error");
}

TEST(Rapl, PassesOverAZoneWithoutEnergy) {
  TempSystem system;
  addZone(system, "a", "dtpm\n", "");
  addZone(system, "b", "dram\n", "1000000\n");
  system.remove("sys/class/powercap/a/energy_uj");
  EXPECT_EQ(samplesOf(system), "node_rapl_dram_joules_total{index=\"0\",path=\"b\"} 1\n");
  EXPECT_EQ(collectComplaint("rapl", system), "");
}

TEST(Rapl, FailsWhereNoZoneCanBeRead) {
  TempSystem system;
  addZone(system, "a", "core\n", "many\n");
  EXPECT_EQ(collectError("rapl", system),
            "sys/class/powercap/a/energy_uj:1: expected a whole number of at most 64 bits, got "
            "'many'");
}

TEST(Rapl, SkipsWhatHasNoName) {
  TempSystem system;
  addZone(system, "a", "core\n", "1000000\n");
  system.directory("sys/class/powercap/b/name").file("sys/class/powercap/c", "x\n");
  EXPECT_EQ(samplesOf(system), "node_rapl_core_joules_total{index=\"0\",path=\"a\"} 1\n");
}

}  // namespace orchestrator_exporter
