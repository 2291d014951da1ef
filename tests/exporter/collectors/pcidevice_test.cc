#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"
#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

namespace {

// A system with one device on the root bus, which has what every PCI device has.
class OneDevice {
 public:
  OneDevice() {
    system_.link("sys/bus/pci/devices/0000:00:1f.7", "../../../devices/pci0000:00/0000:00:1f.7");
    for (const char* file :
         {"class", "vendor", "device", "subsystem_vendor", "subsystem_device", "revision"}) {
      set(file, "0x1\n");
    }
    set("d3cold_allowed", "0\n");
  }

  OneDevice& set(std::string_view file, std::string_view content) {
    system_.file(path(file), content);
    return *this;
  }
  OneDevice& remove(std::string_view file) {
    system_.remove(path(file));
    return *this;
  }

  TempSystem& system() { return system_; }
  std::string samples() const { return collectSamples("pcidevice", system_); }
  std::string complaint() const { return collectComplaint("pcidevice", system_); }

 private:
  static std::string path(std::string_view file) {
    return "sys/devices/pci0000:00/0000:00:1f.7/" + std::string(file);
  }

  TempSystem system_;
};

constexpr std::string_view kPlace = "{bus=\"00\",device=\"1f\",function=\"7\",segment=\"0000\"} ";

std::string line(std::string_view family, std::string_view value) {
  return "node_pcidevice_" + std::string(family) + std::string(kPlace) + std::string(value) + "\n";
}

}  // namespace

TEST(PciDevice, ReportsDevicesAndWhatTheySitBehind) {
  const std::string samples = collectSamples("pcidevice", fixture("typical"));
  EXPECT_THAT(
      samples,
      HasSubstr(
          R"(node_pcidevice_current_link_transfers_per_second{bus="00",device="01",function="1",segment="0000"} -1
node_pcidevice_current_link_transfers_per_second{bus="01",device="00",function="0",segment="0000"} 8000000000
node_pcidevice_current_link_width{bus="00",device="01",function="1",segment="0000"} -1
node_pcidevice_current_link_width{bus="01",device="00",function="0",segment="0000"} 4
node_pcidevice_d3cold_allowed{bus="00",device="01",function="1",segment="0000"} 1
node_pcidevice_d3cold_allowed{bus="01",device="00",function="0",segment="0000"} 1
node_pcidevice_info{bus="00",class_id="0x060400",device="01",device_id="0x1483",function="1",parent_bus="*",parent_device="*",parent_function="*",parent_segment="*",revision="0x00",segment="0000",subsystem_device_id="0x1453",subsystem_vendor_id="0x1022",vendor_id="0x1022"} 1
node_pcidevice_info{bus="01",class_id="0x020000",device="00",device_id="0x1572",function="0",parent_bus="00",parent_device="01",parent_function="1",parent_segment="0000",revision="0x02",segment="0000",subsystem_device_id="0x0007",subsystem_vendor_id="0x8086",vendor_id="0x8086"} 1
)"));
  EXPECT_THAT(
      samples,
      HasSubstr(R"(node_pcidevice_max_link_width{bus="01",device="00",function="0",segment="0000"} 8
node_pcidevice_numa_node{bus="01",device="00",function="0",segment="0000"} 0
node_pcidevice_power_state{bus="00",device="01",function="1",segment="0000",state="D0"} 1
)"));
  EXPECT_THAT(samples, HasSubstr("sriov_numvfs{bus=\"01\",device=\"00\",function=\"0\","
                                 "segment=\"0000\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("sriov_totalvfs{bus=\"01\",device=\"00\",function=\"0\","
                                 "segment=\"0000\"} 64\n"));
  EXPECT_THAT(samples, HasSubstr("sriov_vf_total_msix{bus=\"01\",device=\"00\",function=\"0\","
                                 "segment=\"0000\"} 512\n"));
}

TEST(PciDevice, HasNoDataWithoutABus) {
  EXPECT_EQ(collectError("pcidevice", TempSystem()), "no data");
}

TEST(PciDevice, LeavesAnIdentifierEmptyThatIsMissingOrGarbled) {
  const std::pair<const char*, const char*> identifiers[] = {
      {"class", "class_id"},
      {"vendor", "vendor_id"},
      {"device", "device_id"},
      {"subsystem_vendor", "subsystem_vendor_id"},
      {"subsystem_device", "subsystem_device_id"},
      {"revision", "revision"}};
  for (const auto& [file, label] : identifiers) {
    OneDevice device;
    device.remove(file);
    EXPECT_THAT(device.samples(), HasSubstr(std::string(label) + "=\"\""));
    EXPECT_THAT(device.samples(), HasSubstr(line("d3cold_allowed", "0")));
    EXPECT_EQ(device.complaint(), "");
    for (const char* garbage : {"abc\n", "", "0x80000000"}) {
      device.set(file, garbage);
      EXPECT_THAT(device.samples(), HasSubstr(std::string(label) + "=\"\""));
      EXPECT_THAT(device.complaint(), HasSubstr(":1: expected an identifier, got '"));
    }
  }
}

TEST(PciDevice, PassesOverADeviceThatIsGone) {
  OneDevice device;
  device.system().link("sys/bus/pci/devices/0000:00:02.0",
                       "../../../devices/pci0000:00/0000:00:02.0");
  EXPECT_THAT(device.samples(), HasSubstr(line("d3cold_allowed", "0")));
  EXPECT_THAT(device.samples(), Not(HasSubstr("device=\"02\"")));
  EXPECT_EQ(device.complaint(), "");
}

TEST(PciDevice, ReadsIdentifiersInEveryBase) {
  OneDevice device;
  device.set("class", "131072\n").set("vendor", "8086\n").set("revision", "0x1234\n");
  EXPECT_THAT(device.samples(), HasSubstr("class_id=\"0x020000\""));
  EXPECT_THAT(device.samples(), HasSubstr("vendor_id=\"0x1f96\""));
  EXPECT_THAT(device.samples(), HasSubstr("revision=\"0x1234\""));
}

TEST(PciDevice, SaysWhereOptionalAttributesAreMissing) {
  EXPECT_THAT(OneDevice().samples(),
              HasSubstr(line("max_link_transfers_per_second", "-1") + line("max_link_width", "-1") +
                        line("sriov_drivers_autoprobe", "0") + line("sriov_numvfs", "0") +
                        line("sriov_totalvfs", "0") + line("sriov_vf_total_msix", "0")));
}

TEST(PciDevice, LeavesOutTheNodeAndThePowerThatAreNotKnown) {
  OneDevice device;
  device.remove("d3cold_allowed");
  EXPECT_THAT(device.samples(), Not(HasSubstr("d3cold_allowed")));
  EXPECT_THAT(device.samples(), Not(HasSubstr("numa_node")));
  EXPECT_THAT(device.samples(), Not(HasSubstr("power_state")));
  EXPECT_THAT(device.set("numa_node", "-1\n").samples(), Not(HasSubstr("numa_node")));
  EXPECT_THAT(device.set("power_state", "\n").samples(), Not(HasSubstr("power_state")));
}

TEST(PciDevice, ReadsLinks) {
  const auto speed = [](std::string_view content) {
    return OneDevice().set("max_link_speed", content).samples();
  };
  EXPECT_THAT(speed("2.5 GT/s PCIe\n"),
              HasSubstr("per_second" + std::string(kPlace) + "2500000000\n"));
  EXPECT_THAT(speed("16.0 GT/s\n"),
              HasSubstr("per_second" + std::string(kPlace) + "16000000000\n"));
  EXPECT_THAT(speed("Unknown\n"), HasSubstr(line("max_link_transfers_per_second", "-1")));
  EXPECT_THAT(speed("\n"), HasSubstr(line("max_link_transfers_per_second", "-1")));
  EXPECT_THAT(OneDevice().set("max_link_width", "255\n").samples(),
              HasSubstr(line("max_link_width", "255")));
  EXPECT_THAT(OneDevice().set("max_link_width", "Unknown\n").samples(),
              HasSubstr(line("max_link_width", "-1")));
}

TEST(PciDevice, LeavesOutALinkThatIsGarbled) {
  for (const char* content : {"abc GT/s PCIe\n", "5\n", "2.5\tGT/s\n", "2.5 MB/s\n", "8.0  GT/s"}) {
    OneDevice device;
    device.set("max_link_speed", content);
    EXPECT_THAT(device.complaint(), HasSubstr("max_link_speed:1: expected a speed in GT/s"))
        << content;
    EXPECT_THAT(device.samples(), Not(HasSubstr("max_link_transfers")));
    EXPECT_THAT(device.samples(), HasSubstr(line("max_link_width", "-1")));
  }
  EXPECT_THAT(OneDevice().set("current_link_width", "0x10\n").complaint(),
              HasSubstr("current_link_width:1: expected a whole number, got '0x10'"));
}

TEST(PciDevice, ReportsOneSampleForEachPowerState) {
  EXPECT_THAT(
      OneDevice().set("power_state", "D3cold\n").samples(),
      HasSubstr(
          R"(node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="D0"} 0
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="D1"} 0
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="D2"} 0
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="D3hot"} 0
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="D3cold"} 1
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="unknown"} 0
node_pcidevice_power_state{bus="00",device="1f",function="7",segment="0000",state="error"} 0
)"));
  EXPECT_THAT(OneDevice().set("power_state", "D9\n").samples(),
              Not(HasSubstr("\"} 1\nnode_pcidevice_power")));
}

TEST(PciDevice, LeavesOutACountOrASwitchThatIsGarbled) {
  for (const char* file : {"sriov_numvfs", "sriov_totalvfs", "sriov_vf_total_msix"}) {
    OneDevice device;
    EXPECT_THAT(device.set(file, "-1\n").complaint(), HasSubstr("expected a count, got '-1'"));
    EXPECT_THAT(device.samples(), Not(HasSubstr(file)));
    EXPECT_THAT(device.samples(), HasSubstr(line("d3cold_allowed", "0")));
  }
  EXPECT_THAT(OneDevice().set("sriov_numvfs", "4294967296\n").complaint(),
              HasSubstr("expected a count, got '4294967296'"));
  for (const char* file : {"sriov_drivers_autoprobe", "d3cold_allowed", "numa_node"}) {
    EXPECT_THAT(OneDevice().set(file, "abc\n").complaint(), HasSubstr("expected a whole number"));
    EXPECT_THAT(OneDevice().set(file, "99999999999\n").complaint(),
                HasSubstr("expected a number of 32 bits"));
  }
  EXPECT_THAT(OneDevice().set("d3cold_allowed", "-1\n").samples(),
              HasSubstr(line("d3cold_allowed", "1")));
}

TEST(PciDevice, TellsOfAnAttributeThatIsADirectory) {
  OneDevice device;
  device.system().directory("sys/devices/pci0000:00/0000:00:1f.7/numa_node");
  EXPECT_EQ(device.complaint(), "sys/bus/pci/devices/0000:00:1f.7/numa_node: Is a directory");
}

TEST(PciDevice, PassesOverAnEntryThatIsNoDeviceAndTellsOfIt) {
  OneDevice device;
  device.system()
      .directory("sys/bus/pci/devices/0000:00:00.0")
      .link("sys/bus/pci/devices/a", "../x/1:2:3");
  EXPECT_THAT(device.samples(), HasSubstr(line("d3cold_allowed", "0")));
  EXPECT_EQ(device.complaint(),
            "sys/bus/pci/devices/0000:00:00.0: Invalid argument; "
            "sys/bus/pci/devices/a: expected a link to a PCI device, got '../x/1:2:3'");
}

TEST(PciDevice, SitsNowhereBehindABridgeOfAnotherKind) {
  TempSystem system;
  system.link("sys/bus/pci/devices/0000:00:00.0", "../../../devices/soc/0000:00:00.0")
      .file("sys/devices/soc/0000:00:00.0/class", "0x1\n");
  EXPECT_THAT(collectSamples("pcidevice", system), HasSubstr("parent_bus=\"*\""));
}

TEST(PciDevice, NamesDevicesWhereAsked) {
  OneDevice device;
  device.set("class", "0x020000\n").set("vendor", "0x8086\n").set("subsystem_vendor", "0x1022\n");
  device.system().file("ids",
                       "1022  Second\n8086  First\n\t0001  Thing\n\t\t1022 0001  Board\n"
                       "C 02  Network controller\n");
  const auto samples = [&](const std::string& file) {
    return collectSamples("pcidevice", device.system(),
                          Flags{{"collector.pcidevice.names", "true"},
                                {"collector.pcidevice.idsfile", device.system().path(file)}});
  };
  EXPECT_THAT(
      samples("ids"),
      AllOf(HasSubstr("class_name=\"Network controller\""), HasSubstr(",device_name=\"Thing\""),
            HasSubstr("subsystem_device_name=\"Board\""),
            HasSubstr("subsystem_vendor_name=\"Second\""), HasSubstr(",vendor_name=\"First\"")));
  EXPECT_THAT(samples("missing"),
              AllOf(HasSubstr("class_name=\"Unknown class (020000)\""),
                    HasSubstr(",device_name=\"0001\""), HasSubstr(",vendor_name=\"8086\"")));
  EXPECT_THAT(device.samples(), Not(HasSubstr("_name=")));
}

TEST(PciDevice, ReadsNamesAgainThatCouldNotBeRead) {
  OneDevice device;
  device.set("vendor", "0x8086\n").system().directory("ids");
  ScrapedCollector scraped("pcidevice", device.system(),
                           Flags{{"collector.pcidevice.names", "true"},
                                 {"collector.pcidevice.idsfile", device.system().path("ids")}});
  scraped.scrape();
  EXPECT_THAT(scraped.body(), HasSubstr(",vendor_name=\"8086\""));
  EXPECT_THAT(scraped.complaint(), testing::EndsWith("ids: Is a directory"));
  scraped.scrape();
  EXPECT_THAT(scraped.complaint(), testing::EndsWith("ids: Is a directory"));
  device.system().remove("ids").file("ids", "8086  First\n");
  scraped.scrape();
  EXPECT_THAT(scraped.body(), HasSubstr(",vendor_name=\"First\""));
  EXPECT_EQ(scraped.complaint(), "");
}

}  // namespace orchestrator_exporter
