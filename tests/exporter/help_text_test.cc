#include "exporter/help_text.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace orchestrator_exporter {

TEST(HelpText, PutsTextsBesideShortFlags) {
  EXPECT_EQ(helpText({{.title = "Log",
                       .flags = {{"--log.level=WORD", "Least severe records that are logged."},
                                 {"--once", "Print and end."}}}},
                     48),
            "Log\n"
            "  --log.level=WORD  Least severe records that\n"
            "                    are logged.\n"
            "  --once            Print and end.\n");
}

TEST(HelpText, PutsTextsBelowFlagsThatLeaveNoRoom) {
  EXPECT_EQ(helpText({{.title = "Log",
                       .flags = {{"--log.level-of-all-records=WORD", "Least severe ones."},
                                 {"--once", "Print and end."}}}},
                     48),
            "Log\n"
            "  --log.level-of-all-records=WORD\n"
            "      Least severe ones.\n"
            "  --once\n"
            "      Print and end.\n");
}

TEST(HelpText, SeparatesSectionsAndWrapsParagraphs) {
  EXPECT_EQ(
      helpText({{.title = {}, .paragraph = "usage: program"},
                {.title = "Names", .paragraph = "one two three four five six seven eight nine"}},
               40),
      "usage: program\n"
      "\n"
      "Names\n"
      "  one two three four five six seven\n"
      "  eight nine\n");
}

TEST(HelpText, BreaksALongExpressionBetweenItsAlternatives) {
  EXPECT_EQ(helpText({{.title = {},
                       .paragraph = "Default: ^(autofs|binfmt_misc|bpf|cgroup2?|configfs)$"}},
                     40),
            "Default:\n"
            "^(autofs|binfmt_misc|bpf|cgroup2?|\n"
            "configfs)$\n");
}

TEST(HelpText, BreaksAnyWordThatIsTooLong) {
  EXPECT_EQ(helpText({{.title = {}, .paragraph = std::string(50, 'x') + " y"}}, 40),
            std::string(40, 'x') + "\n" + std::string(10, 'x') + " y\n");
}

TEST(HelpText, TakesTheWidthFromTheEnvironment) {
  setenv("COLUMNS", "100", 1);
  EXPECT_EQ(outputWidth(), 100u);
  unsetenv("COLUMNS");
}

}  // namespace orchestrator_exporter
