#include "exporter/argument_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/command_line.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> expand(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return expandArgumentFiles(pointers);
}

}  // namespace

TEST(ArgumentFiles, StandForTheirLines) {
  TempSystem files;
  files.file("etc/flags", "--path.procfs\n/a b\n--once");
  EXPECT_THAT(expand({"--first", "@" + files.path("etc/flags"), "--last"}),
              ElementsAre("--first", "--path.procfs", "/a b", "--once", "--last"));
}

TEST(ArgumentFiles, SkipCommentsAndEmptyLines) {
  TempSystem files;
  files.file("etc/flags", "# what runs here\n\n--once\n#--no-once\n");
  EXPECT_THAT(expand({"@" + files.path("etc/flags")}), ElementsAre("--once"));
}

TEST(ArgumentFiles, GiveALineAsItStands) {
  TempSystem files;
  files.file("etc/flags", "  # indented\n\"--once\"\n--path.procfs=a # b\n");
  EXPECT_THAT(expand({"@" + files.path("etc/flags")}),
              ElementsAre("  # indented", "\"--once\"", "--path.procfs=a # b"));
}

TEST(ArgumentFiles, MayHaveLineEndsOfWindows) {
  TempSystem files;
  files.file("etc/flags", "--once\r\n\r\n--no-collector.cpu\r\n");
  EXPECT_THAT(expand({"@" + files.path("etc/flags")}), ElementsAre("--once", "--no-collector.cpu"));
}

TEST(ArgumentFiles, NameOthers) {
  TempSystem files;
  files.file("etc/inner", "--inner\n");
  files.file("etc/outer", "--before\n@" + files.path("etc/inner") + "\n--after\n");
  EXPECT_THAT(expand({"@" + files.path("etc/outer")}),
              ElementsAre("--before", "--inner", "--after"));
}

TEST(ArgumentFiles, AreRefusedWhereTheyNameThemselves) {
  TempSystem files;
  files.file("etc/flags", "@" + files.path("etc/flags") + "\n");
  EXPECT_THAT([&] { expand({"@" + files.path("etc/flags")}); },
              ThrowsMessage<UsageError>(HasSubstr("names itself")));
}

TEST(ArgumentFiles, AreRefusedWhereTheyCannotBeRead) {
  const TempSystem files;
  for (const std::string& path : {files.path("etc/none"), files.path("proc")}) {
    EXPECT_THAT([&] { expand({"@" + path}); },
                ThrowsMessage<UsageError>("cannot read the arguments' file " + path));
  }
}

TEST(ArgumentFiles, AreNotMeantByASingleSign) { EXPECT_THAT(expand({"@"}), ElementsAre("@")); }

}  // namespace orchestrator_exporter
