#include "tests/support/collector_catalogue.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "exporter/host/collector.h"
#include "tests/support/paths.h"

namespace orchestrator_exporter {

namespace {

// Written again where this is set; scripts/write-collector-catalogue does.
constexpr const char* kWrite = "WRITE_COLLECTOR_CATALOGUE";

const std::filesystem::path kRoot = test::sourceRoot();
const std::filesystem::path kDocument = kRoot / "docs/collectors.md";

}  // namespace

TEST(CollectorCatalogue, IsWhatTheDocumentationSays) {
  const std::string catalogue = collectorCatalogue(kRoot);
  if (std::getenv(kWrite) != nullptr) std::ofstream(kDocument) << catalogue;
  std::ostringstream written;
  written << std::ifstream(kDocument).rdbuf();
  EXPECT_EQ(written.str(), catalogue)
      << "docs/collectors.md is stale: run scripts/write-collector-catalogue";
}

TEST(CollectorCatalogue, KnowsSourcesAndFamiliesOfEveryCollector) {
  std::istringstream lines(collectorCatalogue(kRoot));
  std::string collector;
  std::map<std::string, int> families;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) collector = line.substr(3);
    if (line.starts_with("| `") && !line.starts_with("| `--")) ++families[collector];
  }
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name.starts_with("test_")) continue;
    EXPECT_NE(definition.reads, "") << definition.name;
    EXPECT_GT(families[definition.name], 0) << definition.name;
  }
}

TEST(CollectorCatalogue, FindsFamiliesInCalls) {
  const FamilyList families = familiesInSource(R"re(
    // out.gauge("node_comment", "No.")
    out.gauge("node_a", "One \"two\" "
              "three.").add(1);
    const auto b = out.counter(
        "node_b_total", "B.", "bytes");
    out.info("node_c_info", "C.");)re");
  ASSERT_EQ(families.size(), 3u);
  EXPECT_EQ(families.at("node_a").type, "gauge");
  EXPECT_EQ(families.at("node_a").help, "One \"two\" three.");
  EXPECT_EQ(families.at("node_b_total").type, "counter");
  EXPECT_EQ(families.at("node_b_total").help, "B.");
  EXPECT_EQ(families.at("node_c_info").type, "gauge");
}

TEST(CollectorCatalogue, FindsFamiliesInTables) {
  const FamilyList families = familiesInSource(R"re(
    {MetricType::kCounter, "node_a_total", "A."},
    {MetricType::kGauge, "node_b", kSomething, "B."},
    {kGauge, "attribute", "node_d", "D."},
    {"x", "node_c", 5, "C."},
    out.counter(row.name, row.help).add(1);)re");
  EXPECT_EQ(families.at("node_a_total").type, "counter");
  EXPECT_EQ(families.at("node_b").type, "gauge");
  EXPECT_EQ(families.at("node_b").help, "B.");
  EXPECT_EQ(families.at("node_c").type, "counter");
  EXPECT_EQ(families.at("node_d").type, "gauge");
  EXPECT_EQ(families.at("node_c").help, "C.");
}

TEST(CollectorCatalogue, FindsBeginningsOfGeneratedNames) {
  const FamilyList families = familiesInSource(R"re(
    std::string name = "node_memory_";
    out.gauge(name, "A.");
    out.counter(name, "B.");)re");
  EXPECT_EQ(families.at("node_memory_*").type, "");
}

}  // namespace orchestrator_exporter
