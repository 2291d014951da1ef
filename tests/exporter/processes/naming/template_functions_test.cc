#include "exporter/processes/naming/template_functions.h"

#include <gtest/gtest.h>

#include <string>

// The functions as the documentation of Go's text/template describes them.
namespace orchestrator_exporter {

namespace {

using Arguments = std::vector<TemplateValue>;

TemplateValue number(std::int64_t value) { return value; }
TemplateValue text(std::string value) { return value; }
TemplateValue list(TemplateList value) { return value; }
TemplateValue map(TemplateMap value) { return value; }
const TemplateValue kMissing = TemplateMissing();

// What a function gives, printed; "refused" if the arguments do not fit it.
std::string call(std::string_view name, const Arguments& arguments) {
  const auto result = findTemplateFunction(name)(arguments);
  return result ? printed(*result) : "refused";
}

}  // namespace

TEST(TemplateFunctions, AreFoundByTheirNames) {
  for (const char* name : {"eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "print",
                           "printf", "println", "slice"}) {
    EXPECT_NE(findTemplateFunction(name), nullptr) << name;
  }
  // These evaluate not all of their arguments, or are of no use in names.
  for (const char* name : {"and", "or", "html", "js", "urlquery", "call", "", "Eq", "eq "}) {
    EXPECT_EQ(findTemplateFunction(name), nullptr) << name;
  }
}

TEST(TemplateFunctions, CompareForEquality) {
  EXPECT_EQ(call("eq", {text("a"), text("a")}), "true");
  EXPECT_EQ(call("eq", {text("a"), text("b")}), "false");
  EXPECT_EQ(call("eq", {number(1), number(1)}), "true");
  EXPECT_EQ(call("eq", {true, false}), "false");
  EXPECT_EQ(call("ne", {text("a"), text("b")}), "true");
  EXPECT_EQ(call("ne", {number(1), number(1)}), "false");
  // eq compares its first argument with each of the others.
  EXPECT_EQ(call("eq", {text("c"), text("a"), text("b"), text("c")}), "true");
  EXPECT_EQ(call("eq", {text("c"), text("a"), text("b")}), "false");
}

TEST(TemplateFunctions, CompareWhatIsMissingOnlyWithWhatIsMissing) {
  EXPECT_EQ(call("eq", {kMissing, kMissing}), "true");
  EXPECT_EQ(call("eq", {kMissing, text("")}), "false");
  EXPECT_EQ(call("ne", {text("a"), kMissing}), "true");
}

TEST(TemplateFunctions, CompareNoValuesOfDifferentTypes) {
  EXPECT_EQ(call("eq", {text("1"), number(1)}), "refused");
  EXPECT_EQ(call("ne", {text("1"), number(1)}), "refused");
  EXPECT_EQ(call("lt", {text("1"), number(2)}), "refused");
  EXPECT_EQ(call("lt", {true, false}), "refused");
  EXPECT_EQ(call("eq", {list({"a"}), list({"a"})}), "refused");
  EXPECT_EQ(call("eq", {map({}), map({})}), "refused");
}

TEST(TemplateFunctions, CompareByOrder) {
  const auto all = [](const TemplateValue& a, const TemplateValue& b) {
    return call("lt", {a, b}) + " " + call("le", {a, b}) + " " + call("gt", {a, b}) + " " +
           call("ge", {a, b});
  };
  EXPECT_EQ(all(number(-1), number(2)), "true true false false");
  EXPECT_EQ(all(number(2), number(2)), "false true false true");
  EXPECT_EQ(all(number(3), number(2)), "false false true true");
  EXPECT_EQ(all(text("a"), text("b")), "true true false false");
  EXPECT_EQ(all(text("b"), text("B")), "false false true true");
  EXPECT_EQ(all(text("10"), text("9")), "true true false false");  // as texts
}

TEST(TemplateFunctions, NegateTruth) {
  EXPECT_EQ(call("not", {true}), "false");
  EXPECT_EQ(call("not", {text("")}), "true");
  EXPECT_EQ(call("not", {number(0)}), "true");
  EXPECT_EQ(call("not", {list({})}), "true");
  EXPECT_EQ(call("not", {text("a")}), "false");
  EXPECT_EQ(call("not", {kMissing}), "true");
}

TEST(TemplateFunctions, CountElements) {
  EXPECT_EQ(call("len", {text("größe")}), "7");  // bytes, as in Go
  EXPECT_EQ(call("len", {list({"a", "b"})}), "2");
  EXPECT_EQ(call("len", {map({{"k", "v"}})}), "1");
  EXPECT_EQ(call("len", {number(5)}), "refused");
  EXPECT_EQ(call("len", {kMissing}), "refused");
}

TEST(TemplateFunctions, PickElements) {
  EXPECT_EQ(call("index", {list({"a", "b"}), number(1)}), "b");
  EXPECT_EQ(call("index", {map({{"k", "v"}}), text("k")}), "v");
  // Of a map of texts what is not there is the empty text.
  EXPECT_EQ(call("index", {map({{"k", "v"}}), text("x")}), "");
  EXPECT_EQ(call("index", {text("AB"), number(1)}), "66");  // a byte
  EXPECT_EQ(call("index", {list({"ab", "cd"}), number(1), number(0)}), "99");
  EXPECT_EQ(call("index", {text("alone")}), "alone");
}

TEST(TemplateFunctions, PickNothingThatIsNotThere) {
  EXPECT_EQ(call("index", {list({"a"}), number(1)}), "refused");
  EXPECT_EQ(call("index", {list({"a"}), number(-1)}), "refused");
  EXPECT_EQ(call("index", {list({}), number(0)}), "refused");
  EXPECT_EQ(call("index", {text("a"), number(1)}), "refused");
  EXPECT_EQ(call("index", {list({"a"}), text("0")}), "refused");
  EXPECT_EQ(call("index", {map({}), number(0)}), "refused");
  EXPECT_EQ(call("index", {number(5), number(0)}), "refused");
  EXPECT_EQ(call("index", {kMissing, number(0)}), "refused");
  EXPECT_EQ(call("index", {list({"a"}), number(0), number(0), number(0)}), "refused");
}

TEST(TemplateFunctions, CutTextsAndLists) {
  EXPECT_EQ(call("slice", {text("abcd")}), "abcd");
  EXPECT_EQ(call("slice", {text("abcd"), number(1)}), "bcd");
  EXPECT_EQ(call("slice", {text("abcd"), number(1), number(3)}), "bc");
  EXPECT_EQ(call("slice", {text("abcd"), number(4)}), "");
  EXPECT_EQ(call("slice", {list({"a", "b", "c"}), number(1)}), "[b c]");
  EXPECT_EQ(call("slice", {list({"a"}), number(1), number(1)}), "[]");
}

TEST(TemplateFunctions, CutNothingBeyondTheEnd) {
  EXPECT_EQ(call("slice", {text("abcd"), number(5)}), "refused");
  EXPECT_EQ(call("slice", {text("abcd"), number(-1)}), "refused");
  EXPECT_EQ(call("slice", {text("abcd"), number(0), number(5)}), "refused");
  EXPECT_EQ(call("slice", {text("abcd"), number(3), number(2)}), "refused");
  EXPECT_EQ(call("slice", {text("abcd"), text("1")}), "refused");
  EXPECT_EQ(call("slice", {number(7), number(0)}), "refused");
  EXPECT_EQ(call("slice", {map({}), number(0)}), "refused");
}

TEST(TemplateFunctions, PrintWithASpaceBetweenOperandsThatAreNoTexts) {
  EXPECT_EQ(call("print", {text("a"), text("b")}), "ab");
  EXPECT_EQ(call("print", {number(1), number(2)}), "1 2");
  EXPECT_EQ(call("print", {text("a"), number(1), true}), "a1 true");
  EXPECT_EQ(call("print", {}), "");
  EXPECT_EQ(call("println", {text("a"), text("b"), number(1)}), "a b 1\n");
  EXPECT_EQ(call("println", {}), "\n");
}

TEST(TemplateFunctions, PrintByAFormat) {
  EXPECT_EQ(call("printf", {text("%s-%d"), text("a"), number(1)}), "a-1");
  EXPECT_EQ(call("printf", {text("plain")}), "plain");
  EXPECT_EQ(call("printf", {number(1)}), "refused");
  EXPECT_EQ(call("printf", {}), "refused");
}

TEST(TemplateFunctions, RefuseAnotherNumberOfArguments) {
  for (const char* name : {"eq", "ne", "lt", "le", "gt", "ge", "not", "len", "index", "slice"}) {
    EXPECT_EQ(call(name, {}), "refused") << name;
  }
  for (const char* name : {"eq", "ne", "lt", "ge"}) EXPECT_EQ(call(name, {text("a")}), "refused");
  EXPECT_EQ(call("lt", {number(1), number(2), number(3)}), "refused");
  EXPECT_EQ(call("not", {true, true}), "refused");
  EXPECT_EQ(call("slice", {text("a"), number(0), number(1), number(1)}), "refused");
}

}  // namespace orchestrator_exporter
