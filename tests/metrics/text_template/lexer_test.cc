#include "metrics/text_template/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/text_template/template_error.h"

// The tokens of templates as the documentation of Go's text/template describes their text.
namespace orchestrator_exporter::text_template {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Token::Kind;

// Each token as its kind's letter and its text; an @ before what stands apart from the token
// before it.
std::vector<std::string> tokensOf(std::string_view text) {
  constexpr std::string_view kLetters = "T}ID.$SNCP";
  std::vector<std::string> tokens;
  for (const Token& token : lex(text)) {
    const char letter = kLetters[static_cast<std::size_t>(token.kind)];
    tokens.push_back((token.afterSpace ? "@" : "") + std::string(1, letter) + token.text);
  }
  return tokens;
}

std::string errorOf(std::string_view text) {
  try {
    lex(text);
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(TemplateLexer, LeavesTextBetweenActionsAsItIs) {
  EXPECT_THAT(tokensOf(""), IsEmpty());
  EXPECT_THAT(tokensOf(" a } b { c "), ElementsAre("T a } b { c "));
  EXPECT_THAT(tokensOf("a{{x}}b"), ElementsAre("Ta", "Ix", "}}}", "Tb"));
  EXPECT_THAT(tokensOf("{{x}}{{y}}"), ElementsAre("Ix", "}}}", "Iy", "}}}"));
}

TEST(TemplateLexer, TellsTheWordsOfAnActionApart) {
  EXPECT_THAT(
      tokensOf("{{if . .Name $ $x \"text\" 12 -3 +4}}"),
      ElementsAre("Iif", "@D", "@.Name", "@$$", "@$$x", "@Stext", "@N12", "@N-3", "@N+4", "}}}"));
  EXPECT_THAT(tokensOf("{{a|b(c),d:=e=f}}"), ElementsAre("Ia", "P|", "Ib", "P(", "Ic", "P)", "P,",
                                                         "Id", "P:=", "Ie", "P=", "If", "}}}"));
}

TEST(TemplateLexer, KnowsWhetherAFieldBelongsToWhatStandsBefore) {
  EXPECT_THAT(tokensOf("{{.A.B}}"), ElementsAre(".A", ".B", "}}}"));
  EXPECT_THAT(tokensOf("{{.A .B}}"), ElementsAre(".A", "@.B", "}}}"));
  EXPECT_THAT(tokensOf("{{$x.A}}"), ElementsAre("$$x", ".A", "}}}"));
  EXPECT_THAT(tokensOf("{{(x).A}}"), ElementsAre("P(", "Ix", "P)", ".A", "}}}"));
}

TEST(TemplateLexer, ReadsTextsInEitherQuotes) {
  EXPECT_THAT(tokensOf(R"({{"a\n\t\"\\b"}})"), ElementsAre("Sa\n\t\"\\b", "}}}"));
  EXPECT_THAT(tokensOf("{{`a\\n\"\nb`}}"), ElementsAre("Sa\\n\"\nb", "}}}"));
  EXPECT_THAT(tokensOf(R"({{""}}{{``}})"), ElementsAre("S", "}}}", "S", "}}}"));
  EXPECT_THAT(tokensOf(R"({{"}} {{"}})"), ElementsAre("S}} {{", "}}}"));
}

TEST(TemplateLexer, TakesWhiteSpaceAwayBesideAHyphen) {
  EXPECT_THAT(tokensOf("a \n\t{{- x -}} \n b"), ElementsAre("Ta", "@Ix", "}}}", "Tb"));
  EXPECT_THAT(tokensOf("a {{- x}} b"), ElementsAre("Ta", "@Ix", "}}}", "T b"));
  EXPECT_THAT(tokensOf("a {{x -}} b"), ElementsAre("Ta ", "Ix", "}}}", "Tb"));
  EXPECT_THAT(tokensOf(" {{- x -}} "), ElementsAre("@Ix", "}}}"));
  // Without a space it is the sign of a number.
  EXPECT_THAT(tokensOf("a {{-3}} b"), ElementsAre("Ta ", "N-3", "}}}", "T b"));
}

TEST(TemplateLexer, LeavesCommentsOut) {
  EXPECT_THAT(tokensOf("a{{/* {{x}} \n */}}b"), ElementsAre("Ta", "Tb"));
  EXPECT_THAT(tokensOf("a {{- /* x */ -}} b"), ElementsAre("Ta", "Tb"));
}

TEST(TemplateLexer, SplitsActionsOverLines) {
  EXPECT_THAT(tokensOf("{{x\n\t| y}}"), ElementsAre("Ix", "@P|", "@Iy", "}}}"));
}

TEST(TemplateLexer, TakesLettersOfAnyLanguageForWords) {
  EXPECT_THAT(tokensOf("{{.größe}}"), ElementsAre(".größe", "}}}"));
}

TEST(TemplateLexer, SaysWhereAndWhyATextIsNoTemplate) {
  EXPECT_EQ(errorOf("{{x"), "unclosed action");
  EXPECT_EQ(errorOf("{{/* x"), "unclosed comment");
  EXPECT_EQ(errorOf("{{/* x */ y}}"), "a comment must end its action");
  EXPECT_EQ(errorOf("{{\"x}}"), "unterminated quoted string");
  EXPECT_EQ(errorOf("{{%}}"), "unexpected '%' in an action");
}

TEST(TemplateLexer, RefusesWhatItDoesNotRead) {
  for (const char* text : {"{{", "{{ ", "{{-", "{{- ", "{{`x}}", "{{\"\n\"}}", R"({{"\x4"}})",
                           R"({{"\q"}})", "{{'ab'}}", "{{'a}}", "{{x}", "{{a&b}}", "{{\\}}"}) {
    EXPECT_NE(errorOf(text), "") << text;
  }
}

TEST(TemplateLexer, ReadsNumbersOfAnyKindAndCharacters) {
  EXPECT_THAT(tokensOf("{{1.5 1e-3 0x1F -2.5e+3 .5 1_000}}"),
              ElementsAre("N1.5", "@N1e-3", "@N0x1F", "@N-2.5e+3", "@N.5", "@N1_000", "}}}"));
  EXPECT_THAT(tokensOf("{{'a' 'ü' '\\n'}}"), ElementsAre("C97", "@C252", "@C10", "}}}"));
}

TEST(TemplateLexer, ReadsTheEscapesOfGo) {
  EXPECT_THAT(tokensOf(R"({{"\x41\101\u00fc\U0001F600"}})"),
              ElementsAre("SAA\u00fc\U0001F600", "}}}"));
}

TEST(TemplateLexer, SaysAtWhichByteItFailed) {
  try {
    lex("ab{{x %}}");
    FAIL() << "was taken";
  } catch (const SyntaxError& error) {
    EXPECT_EQ(error.position(), 6u);
  }
}

}  // namespace orchestrator_exporter::text_template
