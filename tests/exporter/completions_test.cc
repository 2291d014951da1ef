#include "exporter/completions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace orchestrator_exporter {

namespace {

const std::vector<std::string> kNames = {"--collector.cpu", "--no-collector.cpu", "--once"};

}  // namespace

TEST(Completions, OfBashCompleteWhatWasBegun) {
  const std::string script =
      bashCompletion(kNames) +
      "COMP_WORDS=(orchestrator_exporter --co); COMP_CWORD=1; _orchestrator_exporter; "
      "echo \"${COMPREPLY[@]}\"";
  test::ChildProcess bash({"/bin/bash", "-c", script}, test::ChildProcess::Stream::kOutput);
  EXPECT_EQ(bash.readAll(), "--collector.cpu\n");
}

TEST(Completions, NameEveryFlag) {
  for (const std::string& name : kNames) {
    EXPECT_THAT(bashCompletion(kNames), testing::HasSubstr("\n      " + name + "\n"));
    EXPECT_THAT(zshCompletion(kNames), testing::HasSubstr("\n    " + name + "\n"));
    EXPECT_THAT(fishCompletion(kNames), testing::HasSubstr(" -l " + name.substr(2) + "\n"));
  }
}

}  // namespace orchestrator_exporter
