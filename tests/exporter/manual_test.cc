#include "exporter/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<HelpSection> kSections = {
    {{}, "usage: orchestrator_exporter"},
    {{}, "What it is."},
    {"This host", {}, {{"--path.procfs=DIRECTORY", ".hidden files, 'quoted', a\\b"}}},
};

const std::vector<HelpSection> kCommands = {
    {"orchestrator_exporter query [FLAG]... EXPR", "Answers.", {{"--step=DURATION", "How far."}}}};

}  // namespace

TEST(Manual, HasTheSectionsThatReadersLookFor) {
  const std::string page = manualPage(kSections, kCommands);
  EXPECT_THAT(page, StartsWith(".TH ORCHESTRATOR_EXPORTER 8 "));
  for (const char* part :
       {"\n.SH NAME\n", "\n.SH SYNOPSIS\n", "\n.SH DESCRIPTION\nWhat it is.\n", "\n.SH OPTIONS\n",
        "\n.SS \"This host\"\n",
        "\n.SH COMMANDS\n.SS \"orchestrator_exporter query [FLAG]... EXPR\"\nAnswers.\n.TP\n",
        "\n.SH \"EXIT STATUS\"\n"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Manual, EscapesWhatRoffWouldTakeForACommand) {
  EXPECT_THAT(
      manualPage(kSections, kCommands),
      HasSubstr("\n.TP\n.B \"\\-\\-path.procfs=DIRECTORY\"\n\\&.hidden files, 'quoted', a\\eb\n"));
}

}  // namespace orchestrator_exporter
