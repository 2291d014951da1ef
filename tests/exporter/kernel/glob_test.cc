#include "exporter/kernel/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A folder with files in it, in which patterns are expanded.
class Glob : public testing::Test {
 protected:
  void make(std::initializer_list<const char*> files) {
    for (const char* file : files) system_.file(std::string("d/") + file, "");
  }
  // What the pattern finds there, without the path of the folder.
  std::vector<std::string> expand(const std::string& pattern) const {
    std::vector<std::string> found;
    const std::string folder = system_.path("d");
    for (const std::string& path : expandGlob(folder + "/" + pattern)) {
      EXPECT_TRUE(path.starts_with(folder + "/")) << path;
      found.push_back(path.substr(folder.size() + 1));
    }
    return found;
  }

  TempSystem system_;
};

}  // namespace

TEST_F(Glob, TakesNamesWithoutMetaCharactersAsTheyAre) {
  make({"a.prom", "sub/b.prom"});
  EXPECT_THAT(expand("a.prom"), ElementsAre("a.prom"));
  EXPECT_THAT(expand("sub"), ElementsAre("sub"));
  EXPECT_THAT(expand("b.prom"), IsEmpty());
}

TEST_F(Glob, MatchesWithinOneName) {
  make({"a", "ab", "abc", "b", "sub/a"});
  EXPECT_THAT(expand("*"), ElementsAre("a", "ab", "abc", "b", "sub"));
  EXPECT_THAT(expand("a*"), ElementsAre("a", "ab", "abc"));
  EXPECT_THAT(expand("*b*"), ElementsAre("ab", "abc", "b", "sub"));
  EXPECT_THAT(expand("??"), ElementsAre("ab"));
  EXPECT_THAT(expand("a*c"), ElementsAre("abc"));
  EXPECT_THAT(expand("*/a"), ElementsAre("sub/a"));
}

TEST_F(Glob, GoesBackToTheLastStar) {
  make({"aab", "abab", "ababab", "abac"});
  EXPECT_THAT(expand("*ab"), ElementsAre("aab", "abab", "ababab"));
  EXPECT_THAT(expand("a*b*c"), ElementsAre("abac"));
  EXPECT_THAT(expand("**b"), ElementsAre("aab", "abab", "ababab"));
  EXPECT_THAT(expand("*a?ab"), ElementsAre("abab", "ababab"));
}

TEST_F(Glob, MatchesLeadingDotsToo) {
  make({".hidden", "shown"});
  EXPECT_THAT(expand("*"), ElementsAre(".hidden", "shown"));
  EXPECT_THAT(expand("?hidden"), ElementsAre(".hidden"));
}

TEST_F(Glob, MatchesTheCharactersOfAClass) {
  make({"a", "b", "c", "-", "^", "é", "ü"});
  EXPECT_THAT(expand("[ab]"), ElementsAre("a", "b"));
  EXPECT_THAT(expand("[a-c]"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(expand("[^a-c]"), ElementsAre("-", "^", "é", "ü"));
  EXPECT_THAT(expand("[b^]"), ElementsAre("^", "b"));
  EXPECT_THAT(expand("[a\\-c]"), ElementsAre("-", "a", "c"));
  EXPECT_THAT(expand("[é-ü]"), ElementsAre("é", "ü"));
  EXPECT_THAT(expand("[c-a]"), IsEmpty());
}

TEST_F(Glob, TakesACharacterOfSeveralBytesForOne) {
  make({"é", "日本", "\xff"});
  EXPECT_THAT(expand("?"), ElementsAre("é", "\xff"));
  EXPECT_THAT(expand("??"), ElementsAre("日本"));
}

TEST_F(Glob, TakesTheMeaningOfACharacterBehindABackslash) {
  make({"*", "a", "[a]", "?", "\\"});
  EXPECT_THAT(expand("\\*"), ElementsAre("*"));
  EXPECT_THAT(expand("\\[a\\]"), ElementsAre("[a]"));
  EXPECT_THAT(expand("\\?"), ElementsAre("?"));
  EXPECT_THAT(expand("\\a"), ElementsAre("a"));
  EXPECT_THAT(expand("\\\\"), ElementsAre("\\"));
}

TEST_F(Glob, SortsByFolderAndThenByName) {
  make({"b/2", "b/1", "a/3", "B/4"});
  EXPECT_THAT(expand("*/*"), ElementsAre("B/4", "a/3", "b/1", "b/2"));
}

TEST_F(Glob, FindsNothingByAPatternThatCannotBeRead) {
  make({"a", "[", "a]", "\\"});
  for (const char* pattern :
       {"[", "[]", "[]a]", "[a", "[a-]", "[-a]", "[^]", "[a\\", "a\\", "*["}) {
    EXPECT_THAT(expand(pattern), IsEmpty()) << pattern;
  }
}

TEST_F(Glob, FindsNothingWhereThereIsNothing) {
  make({"a"});
  EXPECT_THAT(expand("b*"), IsEmpty());
  EXPECT_THAT(expand("none/*"), IsEmpty());
  EXPECT_THAT(expand("a/*"), IsEmpty());
  EXPECT_THAT(expandGlob(""), IsEmpty());
}

TEST_F(Glob, FindsLinksThatLeadNowhere) {
  system_.link("d/dangling", "gone");
  EXPECT_THAT(expand("dangling"), ElementsAre("dangling"));
  EXPECT_THAT(expand("dang*"), ElementsAre("dangling"));
}

}  // namespace orchestrator_exporter
