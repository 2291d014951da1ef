#include <gtest/gtest.h>

#include "exporter/host/collector.h"
#include "metrics/exposition/exposition.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Dmi, ReportsWhatTheFirmwareTells) {
  EXPECT_EQ(
      collectSamples("dmi", fixture("typical")),
      R"(node_dmi_info{bios_date="03/14/2023",bios_release="5.19",bios_vendor="ACME Firmware",bios_version="F12",board_name="X570",board_vendor="ACME",product_name="Workstation 9",product_version="",system_vendor="ACME"} 1
)");
}

TEST(Dmi, HasNoDataWhereTheFirmwareTellsNothing) {
  TempSystem system;
  EXPECT_EQ(collectError("dmi", system), "no data");
  system.file("sys/class/dmi/id/chassis_type", "3\n").directory("sys/class/dmi/id/board_name");
  EXPECT_EQ(collectError("dmi", system), "no data");
}

TEST(Dmi, MakesTextsValidAndShort) {
  TempSystem system;
  system
      .file("sys/class/dmi/id/board_serial",
            "a\xFF\xFE"
            "b\n")
      .file("sys/class/dmi/id/product_sku", std::string(200, 'x'));
  EXPECT_EQ(collectSamples("dmi", system),
            "node_dmi_info{board_serial=\"a\xEF\xBF\xBD"
            "b\",product_sku=\"" +
                std::string(128, 'x') + "\"} 1\n");
}

TEST(Dmi, ReadsOnceWhenItStarts) {
  TempSystem system;
  system.file("sys/class/dmi/id/board_name", "first\n");
  Kernel kernel(system.roots());
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name != "dmi") continue;
    const auto collector = definition.make(Flags(), kernel);
    system.file("sys/class/dmi/id/board_name", "second\n");
    const auto writer = ExpositionWriter::make({});
    collector->collect(kernel, *writer);
    std::string text;
    for (const std::string_view piece : writer->finish()) text += piece;
    EXPECT_NE(text.find("node_dmi_info{board_name=\"first\"} 1\n"), std::string::npos);
  }
}

}  // namespace orchestrator_exporter
