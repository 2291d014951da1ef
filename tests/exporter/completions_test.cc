#include "exporter/completions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace orchestrator_exporter {

namespace {

const std::vector<std::string> kNames = {"--collector.cpu", "--no-collector.cpu", "--once"};
const std::vector<CommandFlags> kCommands = {{"query", {"--start", "--step"}},
                                             {"history check", {"--quiet"}},
                                             {"history export", {"--match"}}};

// What bash offers for the last of the words.
std::string offered(const std::string& words, int place) {
  const std::string script = bashCompletion(kNames, kCommands) + "COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(place) +
                             "; _orchestrator_exporter; echo \"${COMPREPLY[*]}\"";
  test::ChildProcess bash({"/bin/bash", "-c", script}, test::ChildProcess::Stream::kOutput);
  return bash.readAll();
}

}  // namespace

TEST(Completions, OfBashCompleteWhatWasBegun) {
  EXPECT_EQ(offered("orchestrator_exporter --co", 1), "--collector.cpu\n");
  EXPECT_EQ(offered("orchestrator_exporter --once --co", 2), "--collector.cpu\n");
}

TEST(Completions, OfBashKnowCommandsAndTheirFlags) {
  EXPECT_EQ(offered("orchestrator_exporter q", 1), "query\n");
  EXPECT_EQ(offered("orchestrator_exporter query --st", 2), "--start --step\n");
  EXPECT_EQ(offered("orchestrator_exporter query --step 5s --sta", 4), "--start\n");
  EXPECT_EQ(offered("orchestrator_exporter history ''", 2), "check export\n");
  EXPECT_EQ(offered("orchestrator_exporter history export --", 3), "--match\n");
}

TEST(Completions, NameEveryFlag) {
  for (const std::string& name : kNames) {
    EXPECT_THAT(bashCompletion(kNames, kCommands), testing::HasSubstr("\n      " + name + "\n"));
    EXPECT_THAT(zshCompletion(kNames, kCommands), testing::HasSubstr("\n      " + name + "\n"));
    EXPECT_THAT(fishCompletion(kNames, kCommands),
                testing::HasSubstr(" -l " + name.substr(2) + "\n"));
  }
}

}  // namespace orchestrator_exporter
