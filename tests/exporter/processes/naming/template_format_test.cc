#include "exporter/processes/naming/template_format.h"

#include <gtest/gtest.h>

#include <string>

// The verbs as the documentation of Go's package fmt describes them.
namespace orchestrator_exporter {

namespace {

TemplateValue number(std::int64_t value) { return value; }
TemplateValue text(std::string value) { return value; }

}  // namespace

TEST(TemplateFormat, PutsValuesInThePlacesOfTheirVerbs) {
  EXPECT_EQ(formatted("%s is %d", {text("pid"), number(42)}), "pid is 42");
  EXPECT_EQ(formatted("%v %v %v", {text("a"), number(1), true}), "a 1 true");
  EXPECT_EQ(formatted("%t", {false}), "false");
  EXPECT_EQ(formatted("100%%", {}), "100%");
  EXPECT_EQ(formatted("", {}), "");
  EXPECT_EQ(formatted("%s", {TemplateList{"a", "b"}}), "[a b]");
  EXPECT_EQ(formatted("%v", {TemplateMap{{"k", "v"}}}), "map[k:v]");
}

TEST(TemplateFormat, PadsToAWidth) {
  EXPECT_EQ(formatted("%5s|%-5s|", {text("ab"), text("ab")}), "   ab|ab   |");
  EXPECT_EQ(formatted("%5d|%-5d|%05d|", {number(42), number(42), number(42)}),
            "   42|42   |00042|");
  EXPECT_EQ(formatted("%2s", {text("longer")}), "longer");
  EXPECT_EQ(formatted("%6t", {true}), "  true");
}

TEST(TemplateFormat, PadsNumbersBehindTheirSign) {
  EXPECT_EQ(formatted("%05d", {number(-42)}), "-0042");
  EXPECT_EQ(formatted("%+d %+d", {number(42), number(-42)}), "+42 -42");
  EXPECT_EQ(formatted("%+05d", {number(42)}), "+0042");
  EXPECT_EQ(formatted("%-05d|", {number(42)}), "42   |");  // the hyphen has the last word
}

TEST(TemplateFormat, CutsTextsToAPrecision) {
  EXPECT_EQ(formatted("%.2s", {text("abcd")}), "ab");
  EXPECT_EQ(formatted("%.9s", {text("abcd")}), "abcd");
  EXPECT_EQ(formatted("%.0s", {text("abcd")}), "");
  EXPECT_EQ(formatted("%5.1s|", {text("abcd")}), "    a|");
}

TEST(TemplateFormat, CountsCharactersAndNotBytes) {
  EXPECT_EQ(formatted("%.3s", {text("größe")}), "grö");
  EXPECT_EQ(formatted("%.2s", {text("日本語")}), "日本");
  EXPECT_EQ(formatted("%7s|", {text("größe")}), "  größe|");
  EXPECT_EQ(formatted("%.2s", {text("\xff\xfe\xfd")}), "\xff\xfe");
}

TEST(TemplateFormat, QuotesTextsAsGoWritesThem) {
  EXPECT_EQ(formatted("%q", {text("a \"b\" \\")}), R"("a \"b\" \\")");
  EXPECT_EQ(formatted("%q", {text("\a\b\f\n\r\t\v")}), R"("\a\b\f\n\r\t\v")");
  EXPECT_EQ(formatted("%q", {text("\x01\x7f")}), R"("\x01\x7f")");
  EXPECT_EQ(formatted("%q", {text("größe \xff")}), "\"größe \\xff\"");
  EXPECT_EQ(formatted("%4q|", {text("a")}), " \"a\"|");
  EXPECT_EQ(formatted("%q", {text("")}), "\"\"");
}

TEST(TemplateFormat, ShowsAVerbThatDoesNotFit) {
  EXPECT_EQ(formatted("%d", {text("nginx")}), "%!d(string=nginx)");
  EXPECT_EQ(formatted("%s", {number(42)}), "%!s(int=42)");
  EXPECT_EQ(formatted("%t", {number(1)}), "%!t(int=1)");
  EXPECT_EQ(formatted("%s", {true}), "%!s(bool=true)");
  EXPECT_EQ(formatted("%z", {text("a")}), "%!z(string=a)");
}

TEST(TemplateFormat, ShowsValuesTooFewAndTooMany) {
  EXPECT_EQ(formatted("%s %s", {text("a")}), "a %!s(MISSING)");
  EXPECT_EQ(formatted("%d", {}), "%!d(MISSING)");
  EXPECT_EQ(formatted("x", {number(4)}), "x%!(EXTRA int=4)");
  EXPECT_EQ(formatted("%s", {text("a"), number(4), text("b")}), "a%!(EXTRA int=4, string=b)");
}

TEST(TemplateFormat, ShowsAFormatThatEndsBeforeItsVerb) {
  for (const char* format : {"%", "%-", "%5", "%5.", "%5.2", "%+0 #"}) {
    EXPECT_EQ(formatted(format, {}), "%!(NOVERB)") << format;
  }
}

TEST(TemplateFormat, TakesNoWidthThatCostsMemory) {
  EXPECT_LE(formatted("%99999999999999999999s", {text("a")}).size(), 4096u);
  EXPECT_EQ(formatted("%.99999999999999999999s", {text("a")}), "a");
}

}  // namespace orchestrator_exporter
