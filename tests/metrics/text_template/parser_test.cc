#include "metrics/text_template/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

using testing::ElementsAre;
using NodeKind = Node::Kind;
using OperandKind = Operand::Kind;

Node only(std::string_view text) {
  const auto nodes = parse(text, Functions()).nodes;
  EXPECT_EQ(nodes.size(), 1u) << text;
  return nodes.at(0);
}

// The only operand of a template that prints one.
Operand operand(std::string_view text) {
  const Node node = only(text);
  EXPECT_EQ(node.kind, NodeKind::kPrint);
  EXPECT_EQ(node.pipe.commands.size(), 1u);
  EXPECT_EQ(node.pipe.commands.at(0).size(), 1u);
  return node.pipe.commands.at(0).at(0);
}

std::string refusal(std::string_view text) {
  try {
    parse(text, Functions());
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST(TemplateSyntax, ReadsTextAndActionsInTheirOrder) {
  const auto nodes = parse("a{{.Comm}}b", {}).nodes;
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].text, "a");
  EXPECT_EQ(nodes[1].kind, NodeKind::kPrint);
  EXPECT_EQ(nodes[2].text, "b");
  EXPECT_TRUE(parse("", {}).nodes.empty());
}

TEST(TemplateSyntax, ReadsOperandsOfEachKind) {
  EXPECT_EQ(operand("{{.}}").kind, OperandKind::kDot);
  EXPECT_THAT(operand("{{.A.B}}").fields, ElementsAre("A", "B"));
  EXPECT_EQ(operand("{{$}}").text, "$");
  EXPECT_THAT(operand("{{$.A}}").fields, ElementsAre("A"));
  EXPECT_EQ(printed(operand("{{\"x\"}}").literal), "x");
  EXPECT_EQ(printed(operand("{{-3}}").literal), "-3");
  EXPECT_EQ(printed(operand("{{true}}").literal), "true");
  EXPECT_EQ(operand("{{print}}").kind, OperandKind::kFunction);
  const Operand nested = operand("{{(index .A 0).B}}");
  EXPECT_EQ(nested.kind, OperandKind::kPipe);
  EXPECT_THAT(nested.fields, ElementsAre("B"));
  EXPECT_EQ(nested.pipe->commands.at(0).size(), 3u);
}

TEST(TemplateSyntax, ReadsPipelines) {
  const Pipe pipe = only("{{.A | printf \"%s\" | len}}").pipe;
  ASSERT_EQ(pipe.commands.size(), 3u);
  EXPECT_EQ(pipe.commands[1].size(), 2u);
  EXPECT_EQ(pipe.commands[2][0].function->name, "len");
}

TEST(TemplateSyntax, ReadsBlocksWithTheirOtherwise) {
  const Node choice = only("{{if .A}}a{{else if .B}}b{{else}}c{{end}}");
  EXPECT_EQ(choice.kind, NodeKind::kIf);
  EXPECT_EQ(choice.body.at(0).text, "a");
  ASSERT_EQ(choice.otherwise.size(), 1u);
  EXPECT_EQ(choice.otherwise[0].kind, NodeKind::kIf);
  EXPECT_EQ(choice.otherwise[0].body.at(0).text, "b");
  EXPECT_EQ(choice.otherwise[0].otherwise.at(0).text, "c");
  EXPECT_EQ(only("{{with .A}}{{else}}x{{end}}").kind, NodeKind::kWith);
  EXPECT_EQ(only("{{with .A}}{{else with .B}}x{{end}}").otherwise.at(0).kind, NodeKind::kWith);
  EXPECT_EQ(only("{{range .A}}{{else}}x{{end}}").otherwise.at(0).text, "x");
}

TEST(TemplateSyntax, ReadsVariables) {
  const Node range = only("{{range $i, $x := .A}}{{$i}}{{$x}}{{end}}");
  EXPECT_THAT(range.pipe.variables, ElementsAre("$i", "$x"));
  EXPECT_TRUE(range.pipe.declares);
  const auto nodes = parse("{{$x := 1}}{{$x = 2}}{{$x}}", {}).nodes;
  EXPECT_TRUE(nodes.at(0).pipe.declares);
  EXPECT_FALSE(nodes.at(1).pipe.declares);
  EXPECT_THAT(nodes.at(1).pipe.variables, ElementsAre("$x"));
}

TEST(TemplateSyntax, EndsVariablesWithTheirBlock) {
  EXPECT_EQ(refusal("{{if .A}}{{$x := 1}}{{$x}}{{end}}"), "taken");
  EXPECT_EQ(refusal("{{if .A}}{{$x := 1}}{{end}}{{$x}}"), "undefined variable '$x'");
  EXPECT_EQ(refusal("{{range $x := .A}}{{end}}{{$x}}"), "undefined variable '$x'");
  EXPECT_EQ(refusal("{{with $x := .A}}{{else}}{{$x}}{{end}}"), "taken");
  EXPECT_EQ(refusal("{{$x = 1}}"), "undefined variable '$x'");
  EXPECT_EQ(refusal("{{$x := $x}}"), "undefined variable '$x'");
}

TEST(TemplateSyntax, SaysWhyATextIsNoTemplate) {
  EXPECT_EQ(refusal("{{}}"), "missing value for an action");
  EXPECT_EQ(refusal("{{| len}}"), "missing value for an action");
  EXPECT_EQ(refusal("{{.A |}}"), "missing value for an action");
  EXPECT_EQ(refusal("{{.A | .}}"), "what follows | must be a function");
  EXPECT_EQ(refusal("{{.A | \"x\"}}"), "what follows | must be a function");
  EXPECT_EQ(refusal("{{1x}}"), "bad number '1x'");
  EXPECT_EQ(refusal("{{99999999999999999999}}"), "bad number '99999999999999999999'");
  EXPECT_EQ(refusal("{{len(.A)}}"), "taken");
  EXPECT_EQ(refusal("{{len\"x\"}}"), "operands must be separated by a blank");
  EXPECT_EQ(refusal("{{(.A}}"), "unclosed parenthesis");
  EXPECT_EQ(refusal("{{.A)}}"), "unexpected ')'");
  EXPECT_EQ(refusal("{{print.A}}"), "a function has no fields");
  EXPECT_EQ(refusal("{{unknown .A}}"), "function 'unknown' is not known");
  EXPECT_EQ(refusal("{{$a, $b := .A}}"), "too many variables");
  EXPECT_EQ(refusal("{{range $a, $b, $c := .A}}{{end}}"), "too many variables");
}

TEST(TemplateSyntax, WantsAnEndForEachBlockAndABlockForEachEnd) {
  EXPECT_EQ(refusal("{{if .A}}"), "a block has no {{end}}");
  EXPECT_EQ(refusal("{{range .A}}x{{else}}y"), "a block has no {{end}}");
  EXPECT_EQ(refusal("{{end}}"), "unexpected {{end}}");
  EXPECT_EQ(refusal("{{else}}"), "unexpected {{else}}");
  EXPECT_EQ(refusal("{{if .A}}{{else}}{{else}}{{end}}"), "a block has no {{end}}");
  EXPECT_EQ(refusal("{{if .A}}{{end x}}"), "unexpected 'x'");
  EXPECT_EQ(refusal("{{if .A}}{{else with .B}}{{end}}"), "unexpected 'with' behind else");
}

TEST(TemplateSyntax, ReadsWhatIsDefinedAndUsed) {
  const Parsed parsed =
      parse("{{define \"a\"}}x{{end}}{{template \"a\" .B}}{{block \"c\" .}}y{{end}}", {});
  ASSERT_EQ(parsed.nodes.size(), 2u);
  EXPECT_EQ(parsed.nodes[0].kind, NodeKind::kTemplate);
  EXPECT_EQ(parsed.nodes[0].text, "a");
  EXPECT_EQ(parsed.nodes[1].text, "c");
  EXPECT_EQ(parsed.definitions.at("a").at(0).text, "x");
  EXPECT_EQ(parsed.definitions.at("c").at(0).text, "y");
  EXPECT_EQ(refusal("{{define a}}{{end}}"), "define needs a name in quotes");
  EXPECT_EQ(refusal("{{if .A}}{{define \"a\"}}{{end}}{{end}}"),
            "unexpected 'define' within a block");
}

TEST(TemplateSyntax, EndsRangesEarlyOnlyWithinThem) {
  EXPECT_EQ(refusal("{{range .A}}{{if .B}}{{break}}{{end}}{{continue}}{{end}}"), "taken");
  EXPECT_EQ(refusal("{{if .A}}{{break}}{{end}}"), "{{break}} outside {{range}}");
  EXPECT_EQ(refusal("{{range .A}}{{else}}{{continue}}{{end}}"), "{{continue}} outside {{range}}");
}

TEST(TemplateSyntax, ReadsNumbersAsGoDoes) {
  EXPECT_EQ(printed(operand("{{0x1F}}").literal), "31");
  EXPECT_EQ(printed(operand("{{0b101}}").literal), "5");
  EXPECT_EQ(printed(operand("{{017}}").literal), "15");
  EXPECT_EQ(printed(operand("{{1_000}}").literal), "1000");
  EXPECT_EQ(typeName(operand("{{1.0}}").literal), "float64");
  EXPECT_EQ(printed(operand("{{-0x1p4}}").literal), "-16");
  for (const char* bad : {"{{1__0}}", "{{0x}}", "{{08}}", "{{1e}}", "{{1.2.3}}"}) {
    EXPECT_NE(refusal(bad), "taken") << bad;
  }
}

TEST(TemplateSyntax, WritesCommandsAsErrorsShowThem) {
  const Node node = only("{{ index  .A.B ($  | printf `%s`).C 1.50 }}");
  EXPECT_EQ(textOf(node.pipe.commands.at(0)), "index .A.B ($ | printf `%s`).C 1.50");
}

TEST(TemplateSyntax, RefusesToGoTooDeep) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "{{if .A}}";
    for (int i = 0; i < depth; ++i) text += "{{end}}";
    return text;
  };
  EXPECT_EQ(refusal(nested(20)), "taken");
  EXPECT_NE(refusal(nested(1000)), "taken");
  EXPECT_NE(refusal("{{" + std::string(1000, '(') + ".A" + std::string(1000, ')') + "}}"), "taken");
}

}  // namespace orchestrator_exporter::text_template
