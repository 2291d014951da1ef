#include "metrics/base/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orchestrator_exporter {

namespace {

std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const std::string_view word = takeWord(text);
    if (word.empty()) return words;
    words.emplace_back(word);
  }
}

}  // namespace

TEST(TakeWord, SeparatesWordsAtSpacesTabsAndLineEnds) {
  EXPECT_THAT(wordsOf("a bc\td\ne"), testing::ElementsAre("a", "bc", "d", "e"));
  EXPECT_THAT(wordsOf("  \t a \n\n b  "), testing::ElementsAre("a", "b"));
}

TEST(WithoutOuterSpace, KeepsTheSpaceWithin) {
  EXPECT_EQ(withoutOuterSpace(" \t\r\n\v\fa b\n"), "a b");
  EXPECT_EQ(withoutOuterSpace(" \n"), "");
  EXPECT_EQ(withoutOuterSpace(""), "");
}

TEST(WithoutOuterUnicodeSpace, KnowsWhatIsWhiteInUnicode) {
  EXPECT_EQ(withoutOuterUnicodeSpace("\u2003 \u0085a\u00a0b\t\u3000\u200a"), "a\u00a0b");
  EXPECT_EQ(withoutOuterUnicodeSpace("\u00a0 "), "");
}

TEST(WithoutOuterUnicodeSpace, LeavesWhatHasNoWidthButIsNotWhite) {
  EXPECT_EQ(withoutOuterUnicodeSpace("\u200ba\ufeff"), "\u200ba\ufeff");
}

TEST(UnicodeSpaceAt, IsTheBytesOfTheCharacter) {
  EXPECT_EQ(unicodeSpaceAt("\u2003a"), 3U);
  EXPECT_EQ(unicodeSpaceAt(" a"), 1U);
  EXPECT_EQ(unicodeSpaceAt("a "), 0U);
}

TEST(TakeWord, IsEmptyWithoutWords) {
  EXPECT_THAT(wordsOf(""), testing::IsEmpty());
  EXPECT_THAT(wordsOf(" \t\n"), testing::IsEmpty());
}

TEST(TakeWord, LeavesWhatFollowsTheWord) {
  std::string_view text = "first  second";
  takeWord(text);
  EXPECT_EQ(text, "  second");
  takeWord(text);
  EXPECT_EQ(text, "");
}

}  // namespace orchestrator_exporter
