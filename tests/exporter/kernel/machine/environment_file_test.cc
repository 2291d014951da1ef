#include "exporter/kernel/machine/environment_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> parse(std::string_view text) {
  return parseEnvironment({"etc/os-release", text}).entries;
}

// The value of the only key in the text.
std::string valueOf(const std::string& value) {
  const auto entries = parse("KEY=" + value);
  return entries.size() == 1 ? entries[0].second : "no single entry";
}

// What is wrong with the first line that is none.
std::string errorOf(std::string_view text) {
  const Environment environment = parseEnvironment({"etc/os-release", text});
  return environment.refusals.empty() ? "" : environment.refusals.front().what();
}

}  // namespace

TEST(EnvironmentFile, ReadsOsRelease) {
  EXPECT_THAT(
      parse("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n\n"
            "# a comment = of nobody\n  VERSION_ID = \"12\"\nHOME_URL='https://x/?a=b'\n"),
      ElementsAre(Pair("PRETTY_NAME", "Debian GNU/Linux 12 (bookworm)"), Pair("ID", "debian"),
                  Pair("VERSION_ID", "12"), Pair("HOME_URL", "https://x/?a=b")));
}

TEST(EnvironmentFile, KeepsAKeyThatComesTwiceInItsOrder) {
  EXPECT_THAT(parse("A=1\nB=2\nA=3\n"),
              ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("A", "3")));
}

TEST(EnvironmentFile, TakesNothingFromBlanksAndComments) {
  EXPECT_THAT(parse(""), IsEmpty());
  EXPECT_THAT(parse("\n  \n\t\n#A=1\n  # B=2"), IsEmpty());
}

TEST(EnvironmentFile, TakesAnExportBeforeTheKey) {
  EXPECT_THAT(parse("export A=1\nexport  B=2\nexported=3\n"),
              ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("exported", "3")));
}

TEST(EnvironmentFile, ReadsValuesWithoutQuotesAsTheyStand) {
  EXPECT_EQ(valueOf(""), "");
  EXPECT_EQ(valueOf("two words"), "two words");
  EXPECT_EQ(valueOf("a\\nb$c=d"), "a\\nb$c=d");
  EXPECT_EQ(valueOf("   spaces around   "), "spaces around");
}

TEST(EnvironmentFile, EndsValuesAtACommentOutsideOfQuotes) {
  EXPECT_EQ(valueOf("a # comment"), "a");
  EXPECT_EQ(valueOf("a#b"), "a");
  EXPECT_EQ(valueOf("# nothing"), "");
  EXPECT_EQ(valueOf("\"a # b\" # c"), "a # b");
  EXPECT_EQ(valueOf("'a # b'"), "a # b");
  // Spaces count that are quoted.
  EXPECT_EQ(valueOf("'a '  # c"), "a ");
}

TEST(EnvironmentFile, EscapesNothingInSingleQuotes) {
  EXPECT_EQ(valueOf(R"('a\n"b"\')"), R"(a\n"b"\)");
  EXPECT_EQ(valueOf("''"), "");
}

TEST(EnvironmentFile, ReadsTheEscapesOfJsonInDoubleQuotes) {
  EXPECT_EQ(valueOf(R"("\"\\\/")"), "\"\\/");
  EXPECT_EQ(valueOf(R"("\b\f\n\r\t")"), "\b\f\n\r\t");
  EXPECT_EQ(valueOf(R"("it's")"), "it's");
}

TEST(EnvironmentFile, ReadsCharactersByTheirNumbers) {
  EXPECT_EQ(valueOf(R"("\u0041\u00e9\u20AC")"), "A\xc3\xa9\xe2\x82\xac");
  EXPECT_EQ(valueOf(R"("\u007f\u0080\u07ff\u0800\uffff")"),
            "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
  // Outside the first plane a pair of surrogates: U+1F600, and the last character of all.
  EXPECT_EQ(valueOf(R"("\ud83d\ude00")"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(valueOf(R"("\udbff\udfff")"), "\xf4\x8f\xbf\xbf");
}

TEST(EnvironmentFile, JoinsPiecesOfAnyKind) { EXPECT_EQ(valueOf(R"(a'b c'"d\te"f)"), "ab cd\tef"); }

TEST(EnvironmentFile, RefusesWhatIsNoKey) {
  EXPECT_EQ(errorOf("A=1\nno sign\n"), "etc/os-release:2: expected KEY=value, got 'no sign'");
  EXPECT_EQ(errorOf("=value"), "etc/os-release:1: expected a key, got '=value'");
  EXPECT_EQ(errorOf("1A=value"), "etc/os-release:1: expected a key, got '1A=value'");
  EXPECT_EQ(errorOf("A-B=1"), "etc/os-release:1: expected a key of letters and digits, got 'A-B'");
  EXPECT_EQ(errorOf("A B=1"), "etc/os-release:1: expected a key of letters and digits, got 'A B'");
}

TEST(EnvironmentFile, RefusesQuotesThatDoNotClose) {
  EXPECT_EQ(errorOf("A='b"), "etc/os-release:1: expected a closing ', got 'A='b'");
  EXPECT_EQ(errorOf("A=\"b"), "etc/os-release:1: expected a closing \", got 'A=\"b'");
  EXPECT_EQ(errorOf("A=\"b\\\""), "etc/os-release:1: expected a closing \", got 'A=\"b\\\"'");
  // A value ends with its line.
  EXPECT_NE(errorOf("A=\"b\nc\""), "");
}

TEST(EnvironmentFile, RefusesEscapesThatJsonDoesNotHave) {
  for (const char* value : {R"("\u12")", R"("\u12g4")", R"("\ud83d")", R"("\ud83dx")",
                            R"("\ud83d\u0041")", R"("\ude00")", "\"\\"}) {
    EXPECT_NE(errorOf(std::string("A=") + value), "") << value;
  }
}

TEST(EnvironmentFile, RefusesControlCharacters) {
  EXPECT_NE(errorOf("A=a\x01z"), "");
  EXPECT_NE(errorOf("A='a\tz'"), "");
  EXPECT_EQ(errorOf("A=a\x7fz"), "");
}

}  // namespace orchestrator_exporter
