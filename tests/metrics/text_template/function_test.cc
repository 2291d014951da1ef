#include "metrics/text_template/function.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/text_template/template_error.h"

// The functions as the documentation of Go's text/template describes them.
namespace orchestrator_exporter::text_template {

namespace {

using Arguments = std::vector<Value>;

Value number(std::int64_t value) { return value; }
Value text(std::string value) { return value; }
Value list(std::vector<Value> items) {
  return std::make_shared<const List>(List{std::move(items)});
}
Value map(std::vector<Map::Entry> entries) {
  return std::make_shared<const Map>(Map{std::move(entries)});
}
const Value kMissing = Missing();

// What a function gives, printed; why it refuses if the arguments do not fit it.
std::string call(std::string_view name, const Arguments& arguments) {
  const Function* const function = Functions().find(name);
  try {
    return printed(function->call(arguments, nullptr));
  } catch (const CallError& error) {
    return std::string("refused: ") + error.what();
  }
}

bool refuses(std::string_view name, const Arguments& arguments) {
  return call(name, arguments).starts_with("refused: ");
}

}  // namespace

TEST(TemplateFunctions, AreFoundByTheirNames) {
  for (const char* name : {"call", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not",
                           "print", "printf", "println", "slice"}) {
    EXPECT_NE(Functions().find(name), nullptr) << name;
  }
  for (const char* name : {"", "Eq", "eq "}) {
    EXPECT_EQ(Functions().find(name), nullptr) << name;
  }
  const Function own[] = {{"lower", "s"}, {"eq", "s"}};
  EXPECT_EQ(Functions(own).find("lower"), own);
  EXPECT_EQ(Functions(own).find("eq"), own + 1);
  EXPECT_EQ(Functions(own).find("ne"), Functions().find("ne"));
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
  EXPECT_TRUE(refuses("eq", {text("1"), number(1)}));
  EXPECT_TRUE(refuses("ne", {text("1"), number(1)}));
  EXPECT_TRUE(refuses("lt", {text("1"), number(2)}));
  EXPECT_TRUE(refuses("lt", {true, false}));
  EXPECT_TRUE(refuses("eq", {list({"a"}), list({"a"})}));
  EXPECT_TRUE(refuses("eq", {map({}), map({})}));
}

TEST(TemplateFunctions, CompareByOrder) {
  const auto all = [](const Value& a, const Value& b) {
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
  EXPECT_TRUE(refuses("len", {number(5)}));
  EXPECT_TRUE(refuses("len", {kMissing}));
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
  EXPECT_TRUE(refuses("index", {list({"a"}), number(1)}));
  EXPECT_TRUE(refuses("index", {list({"a"}), number(-1)}));
  EXPECT_TRUE(refuses("index", {list({}), number(0)}));
  EXPECT_TRUE(refuses("index", {text("a"), number(1)}));
  EXPECT_TRUE(refuses("index", {list({"a"}), text("0")}));
  EXPECT_TRUE(refuses("index", {map({}), number(0)}));
  EXPECT_TRUE(refuses("index", {number(5), number(0)}));
  EXPECT_TRUE(refuses("index", {kMissing, number(0)}));
  EXPECT_TRUE(refuses("index", {list({"a"}), number(0), number(0), number(0)}));
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
  EXPECT_TRUE(refuses("slice", {text("abcd"), number(5)}));
  EXPECT_TRUE(refuses("slice", {text("abcd"), number(-1)}));
  EXPECT_TRUE(refuses("slice", {text("abcd"), number(0), number(5)}));
  EXPECT_TRUE(refuses("slice", {text("abcd"), number(3), number(2)}));
  EXPECT_TRUE(refuses("slice", {text("abcd"), text("1")}));
  EXPECT_TRUE(refuses("slice", {number(7), number(0)}));
  EXPECT_TRUE(refuses("slice", {map({}), number(0)}));
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
}

TEST(TemplateFunctions, SayHowManyArgumentsTheyTake) {
  const auto fewest = [](std::string_view name) { return Functions().find(name)->fewest(); };
  EXPECT_EQ(fewest("eq"), 1u);
  EXPECT_EQ(fewest("lt"), 2u);
  EXPECT_EQ(fewest("print"), 0u);
  EXPECT_TRUE(Functions().find("print")->takesMore());
  EXPECT_FALSE(Functions().find("not")->takesMore());
}

TEST(TemplateFunctions, SayWhyTheyRefuse) {
  EXPECT_EQ(call("eq", {text("a")}), "refused: missing argument for comparison");
  EXPECT_EQ(call("eq", {text("1"), number(1)}),
            "refused: incompatible types for comparison: string and int");
  EXPECT_EQ(call("lt", {1.5, number(1)}),
            "refused: incompatible types for comparison: float64 and int");
  EXPECT_EQ(call("lt", {true, false}), "refused: invalid type for comparison");
  EXPECT_EQ(call("index", {list({"a"}), number(1)}), "refused: reflect: slice index out of range");
  EXPECT_EQ(call("index", {list({"a"}), number(7)}), "refused: index out of range: 7");
  EXPECT_EQ(call("len", {number(5)}), "refused: len of type int");
  EXPECT_EQ(call("slice", {text("hello"), number(1), number(2), number(3)}),
            "refused: cannot 3-index slice a string");
}

TEST(TemplateFunctions, MakeTextsInert) {
  EXPECT_EQ(call("html", {text("<a href=\"x\">'&'</a>")}),
            "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(call("js", {text("'a' < \"b\"\n")}), "\\'a\\' \\u003C \\\"b\\\"\\u000A");
  EXPECT_EQ(call("urlquery", {text("a b/ü~")}), "a+b%2F%C3%BC~");
}

}  // namespace orchestrator_exporter::text_template
