#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

const std::string kNet = "sys/class/net/";

// A bond of two devices, one of them up.
void bond(TempSystem& system) {
  system.file(kNet + "bonding_masters", "bond0\n")
      .file(kNet + "bond0/bonding/slaves", "eth0 eth1\n")
      .file(kNet + "bond0/lower_eth0/bonding_slave/mii_status", "up\n")
      .file(kNet + "bond0/lower_eth1/bonding_slave/mii_status", "down\n");
}

}  // namespace

TEST(Bonding, CountsSlavesAndThoseWhoseLinkIsUp) {
  TempSystem system;
  bond(system);
  EXPECT_EQ(collectText("bonding", system),
            "# HELP node_bonding_active Devices joined in the bond whose link is up.\n"
            "# TYPE node_bonding_active gauge\n"
            "node_bonding_active{master=\"bond0\"} 1\n"
            "# HELP node_bonding_slaves Devices joined in the bond.\n"
            "# TYPE node_bonding_slaves gauge\n"
            "node_bonding_slaves{master=\"bond0\"} 2\n");
}

TEST(Bonding, ReportsEveryMasterAndTheEmptyOne) {
  TempSystem system;
  bond(system);
  system.file(kNet + "bonding_masters", "bond0 dmz\nint\n")
      .file(kNet + "dmz/bonding/slaves", "\n")
      .file(kNet + "int/bonding/slaves", "eth5")
      .file(kNet + "int/slave_eth5/bonding_slave/mii_status", " up ");
  EXPECT_EQ(collectSamples("bonding", system),
            "node_bonding_active{master=\"bond0\"} 1\n"
            "node_bonding_active{master=\"dmz\"} 0\n"
            "node_bonding_active{master=\"int\"} 1\n"
            "node_bonding_slaves{master=\"bond0\"} 2\n"
            "node_bonding_slaves{master=\"dmz\"} 0\n"
            "node_bonding_slaves{master=\"int\"} 1\n");
}

TEST(Bonding, TakesOnlyTheWordUpForUp) {
  for (const char* status : {"UP", "up2", "going up", "", "back"}) {
    TempSystem system;
    bond(system);
    system.file(kNet + "bond0/lower_eth0/bonding_slave/mii_status", status);
    EXPECT_THAT(collectSamples("bonding", system),
                testing::HasSubstr("node_bonding_active{master=\"bond0\"} 0\n"));
  }
}

TEST(Bonding, HasNoSamplesWithoutMasters) {
  TempSystem system;
  EXPECT_EQ(collectText("bonding", system.file(kNet + "bonding_masters", "\n")), "");
}

TEST(Bonding, HasNoDataWithoutTheModule) {
  EXPECT_EQ(collectError("bonding", TempSystem()), "no data");
}

TEST(Bonding, AMasterThatCannotBeReadCostsItself) {
  TempSystem system;
  bond(system);
  system.file(kNet + "bonding_masters", "bond1 bond0\n");
  EXPECT_EQ(collectSamples("bonding", system),
            "node_bonding_active{master=\"bond0\"} 1\nnode_bonding_slaves{master=\"bond0\"} 2\n");
  EXPECT_EQ(collectComplaint("bonding", system),
            "sys/class/net/bond1/bonding/slaves: No such file or directory");
}

TEST(Bonding, DoesNotKnowHowManyAreActiveWhileOneCannotBeAsked) {
  TempSystem system;
  bond(system);
  system.file(kNet + "bonding_masters", "bond1 bond0\n")
      .file(kNet + "bond1/bonding/slaves", "eth7\n");
  EXPECT_EQ(collectSamples("bonding", system),
            "node_bonding_active{master=\"bond0\"} 1\n"
            "node_bonding_slaves{master=\"bond1\"} 1\n"
            "node_bonding_slaves{master=\"bond0\"} 2\n");
  EXPECT_EQ(collectComplaint("bonding", system),
            "sys/class/net/bond1/slave_eth7/bonding_slave/mii_status: No such file or directory");
  system.directory(kNet + "bond1/lower_eth7/bonding_slave/mii_status");
  EXPECT_EQ(collectComplaint("bonding", system),
            "sys/class/net/bond1/lower_eth7/bonding_slave/mii_status: Is a directory");
}

TEST(Bonding, FailsWhereNoMasterCanBeRead) {
  TempSystem system;
  system.file(kNet + "bonding_masters", "bond1\n");
  EXPECT_EQ(collectError("bonding", system),
            "sys/class/net/bond1/bonding/slaves: No such file or directory");
  system.remove(kNet + "bonding_masters").directory(kNet + "bonding_masters");
  EXPECT_EQ(collectError("bonding", system), "sys/class/net/bonding_masters: Is a directory");
}

}  // namespace orchestrator_exporter
