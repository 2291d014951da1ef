#include "metrics/text_template/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

// The verbs as the documentation of Go's package fmt describes them.
namespace orchestrator_exporter::text_template {

namespace {

Value number(std::int64_t value) { return value; }
Value text(std::string value) { return value; }
Value real(double value) { return value; }

std::string filled(std::string_view format, const std::vector<Value>& values) {
  return formatted(format, values);
}

}  // namespace

TEST(TemplateFormat, PutsValuesInThePlacesOfTheirVerbs) {
  EXPECT_EQ(filled("%s is %d", {text("pid"), number(42)}), "pid is 42");
  EXPECT_EQ(filled("%v %v %v", {text("a"), number(1), true}), "a 1 true");
  EXPECT_EQ(filled("%t", {false}), "false");
  EXPECT_EQ(filled("100%%", {}), "100%");
  EXPECT_EQ(filled("", {}), "");
  const auto list = std::make_shared<const List>(List{{"a", "b"}});
  EXPECT_EQ(filled("%s", {list}), "[a b]");
  const auto map = std::make_shared<const Map>(Map{{{"k", "v"}}});
  EXPECT_EQ(filled("%v", {map}), "map[k:v]");
}

TEST(TemplateFormat, PadsToAWidth) {
  EXPECT_EQ(filled("%5s|%-5s|", {text("ab"), text("ab")}), "   ab|ab   |");
  EXPECT_EQ(filled("%5d|%-5d|%05d|", {number(42), number(42), number(42)}), "   42|42   |00042|");
  EXPECT_EQ(filled("%2s", {text("longer")}), "longer");
  EXPECT_EQ(filled("%6t", {true}), "  true");
}

TEST(TemplateFormat, PadsNumbersBehindTheirSign) {
  EXPECT_EQ(filled("%05d", {number(-42)}), "-0042");
  EXPECT_EQ(filled("%+d %+d", {number(42), number(-42)}), "+42 -42");
  EXPECT_EQ(filled("%+05d", {number(42)}), "+0042");
  EXPECT_EQ(filled("%-05d|", {number(42)}), "42   |");  // the hyphen has the last word
}

TEST(TemplateFormat, WritesDoublesByTheirVerb) {
  EXPECT_EQ(filled("%v %g %f %e", {real(1.5), real(1e6), real(1.5), real(1500)}),
            "1.5 1e+06 1.500000 1.500000e+03");
  EXPECT_EQ(filled("%.2f|%8.2f|%-8.1f|%08.2f", {real(2.345), real(-1), real(2), real(-2.5)}),
            "2.35|   -1.00|2.0     |-0002.50");
  EXPECT_EQ(filled("%.3g %.3G", {real(1234567), real(0.00001)}), "1.23e+06 1E-05");
  EXPECT_EQ(filled("%+.1f % .1f", {real(1), real(1)}), "+1.0  1.0");
  EXPECT_EQ(filled("%f %5.1f %05f", {real(INFINITY), real(NAN), real(-INFINITY)}),
            "+Inf   NaN  -Inf");
}

TEST(TemplateFormat, WritesWholeNumbersInOtherBases) {
  EXPECT_EQ(filled("%x %X %o %b", {number(255), number(-255), number(8), number(5)}),
            "ff -FF 10 101");
  EXPECT_EQ(filled("%c%c %.3d", {number(65), number(0x1F600), number(7)}), "A\U0001F600 007");
  EXPECT_EQ(filled("%x", {text("az")}), "617a");
}

TEST(TemplateFormat, CutsTextsToAPrecision) {
  EXPECT_EQ(filled("%.2s", {text("abcd")}), "ab");
  EXPECT_EQ(filled("%.9s", {text("abcd")}), "abcd");
  EXPECT_EQ(filled("%.0s", {text("abcd")}), "");
  EXPECT_EQ(filled("%5.1s|", {text("abcd")}), "    a|");
}

TEST(TemplateFormat, CountsCharactersAndNotBytes) {
  EXPECT_EQ(filled("%.3s", {text("größe")}), "grö");
  EXPECT_EQ(filled("%.2s", {text("日本語")}), "日本");
  EXPECT_EQ(filled("%7s|", {text("größe")}), "  größe|");
  EXPECT_EQ(filled("%.2s", {text("\xff\xfe\xfd")}), "\xff\xfe");
}

TEST(TemplateFormat, QuotesTextsAsGoWritesThem) {
  EXPECT_EQ(filled("%q", {text("a \"b\" \\")}), R"("a \"b\" \\")");
  EXPECT_EQ(filled("%q", {text("\a\b\f\n\r\t\v")}), R"("\a\b\f\n\r\t\v")");
  EXPECT_EQ(filled("%q", {text("\x01\x7f")}), R"("\x01\x7f")");
  EXPECT_EQ(filled("%q", {text("größe \xff")}), "\"größe \\xff\"");
  EXPECT_EQ(filled("%4q|", {text("a")}), " \"a\"|");
  EXPECT_EQ(filled("%q", {text("")}), "\"\"");
}

TEST(TemplateFormat, ShowsAVerbThatDoesNotFit) {
  EXPECT_EQ(filled("%d", {text("nginx")}), "%!d(string=nginx)");
  EXPECT_EQ(filled("%s", {number(42)}), "%!s(int=42)");
  EXPECT_EQ(filled("%t", {number(1)}), "%!t(int=1)");
  EXPECT_EQ(filled("%s", {true}), "%!s(bool=true)");
  EXPECT_EQ(filled("%z", {text("a")}), "%!z(string=a)");
  EXPECT_EQ(filled("%d", {real(1.5)}), "%!d(float64=1.5)");
  EXPECT_EQ(filled("%s %v", {Missing{}, Missing{}}), "%!s(<nil>) <nil>");
}

TEST(TemplateFormat, ShowsValuesTooFewAndTooMany) {
  EXPECT_EQ(filled("%s %s", {text("a")}), "a %!s(MISSING)");
  EXPECT_EQ(filled("%d", {}), "%!d(MISSING)");
  EXPECT_EQ(filled("x", {number(4)}), "x%!(EXTRA int=4)");
  EXPECT_EQ(filled("%s", {text("a"), number(4), text("b")}), "a%!(EXTRA int=4, string=b)");
}

TEST(TemplateFormat, ShowsAFormatThatEndsBeforeItsVerb) {
  for (const char* format : {"%", "%-", "%5", "%5.", "%5.2", "%+0 #"}) {
    EXPECT_EQ(filled(format, {}), "%!(NOVERB)") << format;
  }
}

TEST(TemplateFormat, WritesMoreForASharpSign) {
  EXPECT_EQ(
      filled("%#x %#o %#b %#q %#v", {number(255), number(8), number(5), text("a"), text("b")}),
      "0xff 010 0b101 `a` \"b\"");
  EXPECT_EQ(filled("% x|%# x|%#X", {text("abc"), text("abc"), text("abc")}),
            "61 62 63|0x61 0x62 0x63|0X616263");
  EXPECT_EQ(filled("%U %#U", {number(0x43), number(0x1F600)}), "U+0043 U+1F600 '\U0001F600'");
  EXPECT_EQ(filled("%#g %#.3e %#f", {real(1), real(1), real(1)}), "1.00000 1.000e+00 1.000000");
}

TEST(TemplateFormat, WritesDoublesByTheirBits) {
  EXPECT_EQ(filled("%x %b", {real(1.5), real(1.5)}), "0x1.8p+00 6755399441055744p-52");
}

TEST(TemplateFormat, EscapesWhatIsNotAsciiForAPlus) {
  EXPECT_EQ(filled("%+q", {text("é")}), "\"\\u00e9\"");
  EXPECT_EQ(filled("%q", {number(0xfc)}), "'ü'");
}

TEST(TemplateFormat, TakesWidthsAndPlacesFromValues) {
  EXPECT_EQ(filled("%[2]d %[1]d", {number(1), number(2)}), "2 1");
  EXPECT_EQ(filled("%*d", {number(5), number(1)}), "    1");
  EXPECT_EQ(filled("%.*f", {number(2), real(1)}), "1.00");
  EXPECT_EQ(filled("%[5]d", {number(1)}), "%!d(BADINDEX)");
  EXPECT_EQ(filled("%*d", {text("a"), number(1)}), "%!(BADWIDTH)1");
}

TEST(TemplateFormat, AppliesAVerbToEachElement) {
  const auto map = std::make_shared<const Map>(Map{{{"a", "x y"}}});
  EXPECT_EQ(filled("%d", {map}), "map[%!d(string=a):%!d(string=x y)]");
  const auto list = std::make_shared<const List>(List{{number(10), number(11)}});
  EXPECT_EQ(filled("%x", {list}), "[a b]");
}

TEST(TemplateFormat, AVerbThatDoesNotFitKeepsItsWidth) {
  EXPECT_EQ(filled("%6d|%6s", {Missing{}, number(1)}), "%!d(<nil>)|%!s(int=     1)");
}

TEST(TemplateFormat, TakesNoWidthThatCostsMemory) {
  EXPECT_LE(filled("%99999999999999999999s", {text("a")}).size(), 4096u);
  EXPECT_EQ(filled("%.99999999999999999999s", {text("a")}), "a");
}

}  // namespace orchestrator_exporter::text_template
