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

HttpAnswer announce(const RunningExporter& program, const std::string& targets,
                    const std::string& headers = "") {
  HttpClient client(program.port());
  client.send("POST /api/v1/sd HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
              headers + "Content-Length: " + std::to_string(targets.size()) + "\r\n\r\n" + targets);
  return client.receive().value_or(HttpAnswer{});
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

TEST(ServiceDiscovery, NamesWhatAnnouncesItself) {
  const RunningExporter program({"--instance=host:10190", "--job=hosts"});
  const auto answer =
      announce(program, R"([{"targets": ["agent:9000"], "labels": {"job": "agents"}}])");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"accepted\":1}\n");
  EXPECT_EQ(targetsOf(program, "?job=agents"), json::parse(R"([
      {"targets": ["agent:9000"],
       "labels": {"__scheme__": "http", "__metrics_path__": "/metrics", "job": "agents"}}])"));
  EXPECT_EQ(targetsOf(program).size(), 2u);
}

TEST(ServiceDiscovery, LetsNoWebPageOfOthersAnnounceATarget) {
  const RunningExporter program({"--job=hosts"});
  EXPECT_EQ(
      announce(program, R"({"targets": ["agent:9000"]})", "Origin: https://elsewhere.example\r\n")
          .status,
      403);
  EXPECT_EQ(targetsOf(program).size(), 1u);
}

TEST(ServiceDiscovery, TakesNoAnnouncementsIfItShallNot) {
  const RunningExporter program({"--no-ingest.targets"});
  EXPECT_EQ(announce(program, R"({"targets": ["agent:9000"]})").status, 405);
}

}  // namespace orchestrator_exporter::test
