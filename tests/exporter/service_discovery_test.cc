#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/http_client.h"
#include "tests/support/running_exporter.h"
#include "tests/support/temporary_directory.h"

// The program's list of what a Prometheus is to scrape.
namespace orchestrator_exporter::test {

namespace {

using nlohmann::json;

json targetsOf(const RunningExporter& program, const std::string& parameters = "") {
  HttpClient client(program.port());
  const auto answer = client.get("/api/v1/sd" + parameters);
  EXPECT_TRUE(answer && answer->status == 200);
  EXPECT_EQ(answer->header("Content-Type"), "application/json");
  return json::parse(answer->body);
}

}  // namespace

TEST(ServiceDiscovery, NamesTheProgramItself) {
  const RunningExporter program({"--instance=host:10190", "--job=hosts"});
  EXPECT_EQ(targetsOf(program), json::parse(R"([
      {"targets": ["host:10190"],
       "labels": {"__scheme__": "http", "__metrics_path__": "/metrics", "job": "hosts"}}])"));
}

TEST(ServiceDiscovery, NamesWhatTheConfigurationFileNamesOfOneJobOrOfAll) {
  const TemporaryDirectory directory;
  directory.replace("exporter.yml", R"(
sd:
  - targets: ['a:9100', 'b:9100']
    labels: {job: node, __scheme__: https, site: north}
  - targets: ['c:1234']
)");
  const RunningExporter program({"--instance=host:10190", "--job=hosts",
                                 "--config.file=" + (directory.path() / "exporter.yml").string()});
  EXPECT_EQ(targetsOf(program).size(), 3u);
  EXPECT_EQ(targetsOf(program)[2], json::parse(R"(
      {"targets": ["c:1234"], "labels": {"__scheme__": "http", "__metrics_path__": "/metrics"}})"));
  EXPECT_EQ(targetsOf(program, "?job=node"), json::parse(R"([
      {"targets": ["a:9100", "b:9100"],
       "labels": {"__scheme__": "https", "__metrics_path__": "/metrics", "job": "node",
                  "site": "north"}}])"));
  EXPECT_EQ(targetsOf(program, "?job=nobody"), json::array());
}

}  // namespace orchestrator_exporter::test
