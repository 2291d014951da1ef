#include "exporter/configuration/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/paths.h"

namespace orchestrator_exporter::configuration {

namespace {

// Written again where this is set; scripts/write-configuration-page does.
constexpr const char* kWrite = "WRITE_CONFIGURATION_PAGE";

}  // namespace

TEST(ConfigurationPage, IsWhatTheDocumentationSays) {
  const std::filesystem::path document =
      std::filesystem::path(test::sourceRoot()) / "docs/configuration.md";
  const std::string page = catalogue(declaredBlocks());
  if (std::getenv(kWrite) != nullptr) std::ofstream(document) << page;
  std::ostringstream written;
  written << std::ifstream(document).rdbuf();
  EXPECT_EQ(written.str(), page)
      << "docs/configuration.md is stale: run scripts/write-configuration-page";
}

TEST(ConfigurationPage, HasARowForEachKeyHoweverDeep) {
  const std::string page = catalogue(
      {mapKey("a",
              {fixed(durationKey("wait", "5s", {std::chrono::seconds(1), std::chrono::hours(1)},
                                 "How long.")),
               listKey("peers", mapKey("", {required(textKey("url", "", "Where."))}, ""), "Who."),
               namedKey("labels", textKey("", "", ""), "This | that.")},
              "A block.")});
  EXPECT_THAT(
      page, testing::HasSubstr("\n## a\n\nA block.\n\n"
                               "| key | takes | default | meaning |\n|---|---|---|---|\n"
                               "| `wait` | duration, from 1s to 1h | `5s` | How long. At start. |\n"
                               "| `peers` | list of maps |  | Who. |\n"
                               "| `peers[].url` | text | required | Where. |\n"
                               "| `labels` | names, each with a text |  | This \\| that. |\n"));
}

}  // namespace orchestrator_exporter::configuration
