#include "exporter/probes/discovery.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orchestrator_exporter::probes {
namespace {

TEST(ProbeDiscovery, IsAnEmptyListWithoutProbes) {
  EXPECT_EQ(discoveredProbes({}, {"box:10190", "http"}), "[]");
}

TEST(ProbeDiscovery, LeadsEachProbeToItsServer) {
  const RegularProbe probes[] = {
      {.name = "shop", .target = "https://shop.example/?a=\"b\"", .moduleName = "http_2xx"},
      {.name = "127.0.0.1:22", .target = "127.0.0.1:22", .moduleName = "ssh_banner"}};
  EXPECT_EQ(nlohmann::json::parse(discoveredProbes(probes, {"box:10190", "https"})),
            nlohmann::json::parse(R"([
              {"targets": ["box:10190"],
               "labels": {"__metrics_path__": "/probe", "__scheme__": "https",
                          "__param_target": "https://shop.example/?a=\"b\"",
                          "__param_module": "http_2xx", "probe": "shop"}},
              {"targets": ["box:10190"],
               "labels": {"__metrics_path__": "/probe", "__scheme__": "https",
                          "__param_target": "127.0.0.1:22",
                          "__param_module": "ssh_banner", "probe": "127.0.0.1:22"}}])"));
}

}  // namespace
}  // namespace orchestrator_exporter::probes
