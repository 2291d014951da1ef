#include "exporter/processes/naming/template_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/host/flags.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using NodeKind = TemplateNode::Kind;
using OperandKind = TemplateOperand::Kind;

TemplateNode only(std::string_view text) {
  const auto nodes = parseTemplate("here", text);
  EXPECT_EQ(nodes.size(), 1u) << text;
  return nodes.at(0);
}

// The only operand of a template that prints one.
TemplateOperand operand(std::string_view text) {
  const TemplateNode node = only(text);
  EXPECT_EQ(node.kind, NodeKind::kPrint);
  EXPECT_EQ(node.pipe.commands.size(), 1u);
  EXPECT_EQ(node.pipe.commands.at(0).size(), 1u);
  return node.pipe.commands.at(0).at(0);
}

std::string refusal(std::string_view text) {
  try {
    parseTemplate("here", text);
  } catch (const StartError& error) {
    const std::string message = error.what();
    return message.substr(message.rfind("': ") + 3);
  }
  return "taken";
}

}  // namespace

TEST(TemplateSyntax, ReadsTextAndActionsInTheirOrder) {
  const auto nodes = parseTemplate("here", "a{{.Comm}}b");
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].text, "a");
  EXPECT_EQ(nodes[1].kind, NodeKind::kPrint);
  EXPECT_EQ(nodes[2].text, "b");
  EXPECT_TRUE(parseTemplate("here", "").empty());
}

TEST(TemplateSyntax, ReadsOperandsOfEachKind) {
  EXPECT_EQ(operand("{{.}}").kind, OperandKind::kDot);
  EXPECT_THAT(operand("{{.A.B}}").fields, ElementsAre("A", "B"));
  EXPECT_EQ(operand("{{$}}").name, "$");
  EXPECT_THAT(operand("{{$.A}}").fields, ElementsAre("A"));
  EXPECT_EQ(printed(operand("{{\"x\"}}").literal), "x");
  EXPECT_EQ(printed(operand("{{-3}}").literal), "-3");
  EXPECT_EQ(printed(operand("{{true}}").literal), "true");
  EXPECT_EQ(operand("{{print}}").kind, OperandKind::kFunction);
  const TemplateOperand nested = operand("{{(index .A 0).B}}");
  EXPECT_EQ(nested.kind, OperandKind::kPipe);
  EXPECT_THAT(nested.fields, ElementsAre("B"));
  EXPECT_EQ(nested.pipe->commands.at(0).size(), 3u);
}

TEST(TemplateSyntax, ReadsPipelines) {
  const TemplatePipe pipe = only("{{.A | printf \"%s\" | len}}").pipe;
  ASSERT_EQ(pipe.commands.size(), 3u);
  EXPECT_EQ(pipe.commands[1].size(), 2u);
  EXPECT_EQ(pipe.commands[2][0].name, "len");
}

TEST(TemplateSyntax, ReadsBlocksWithTheirOtherwise) {
  const TemplateNode choice = only("{{if .A}}a{{else if .B}}b{{else}}c{{end}}");
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
  const TemplateNode range = only("{{range $i, $x := .A}}{{$i}}{{$x}}{{end}}");
  EXPECT_THAT(range.pipe.variables, ElementsAre("$i", "$x"));
  EXPECT_TRUE(range.pipe.declares);
  const auto nodes = parseTemplate("here", "{{$x := 1}}{{$x = 2}}{{$x}}");
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
  EXPECT_EQ(refusal("{{.A | .B}}"), "what follows | must be a function");
  EXPECT_EQ(refusal("{{.A | \"x\"}}"), "what follows | must be a function");
  EXPECT_EQ(refusal("{{.A .B}}"), "only functions take arguments");
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

}  // namespace orchestrator_exporter
