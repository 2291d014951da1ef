#include "http/endpoints/api/syntax_tree.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "metrics/base/utf8.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::http {
namespace {

using nlohmann::json;
using promql::Matching;
using promql::Modifiers;

json treeOf(const promql::Expression& expression);

json textsOf(const std::vector<std::string>& texts) {
  json list = json::array();
  for (const std::string& text : texts) list.push_back(toUtf8(text));
  return list;
}

std::string_view spelling(LabelMatcher::Operator op) {
  switch (op) {
    case LabelMatcher::Operator::kEqual:
      return "=";
    case LabelMatcher::Operator::kNotEqual:
      return "!=";
    case LabelMatcher::Operator::kMatches:
      return "=~";
    case LabelMatcher::Operator::kMatchesNot:
      break;
  }
  return "!~";
}

// offset, timestamp and startOrEnd, which selectors and subqueries have.
void addModifiers(json& node, const Modifiers& modifiers) {
  node["offset"] = modifiers.offset.milliseconds;
  node["timestamp"] = nullptr;
  node["startOrEnd"] = nullptr;
  switch (modifiers.anchor) {
    case Modifiers::Anchor::kNone:
      break;
    case Modifiers::Anchor::kTime:
      node["timestamp"] = modifiers.at;
      break;
    case Modifiers::Anchor::kStart:
      node["startOrEnd"] = "start";
      break;
    case Modifiers::Anchor::kEnd:
      node["startOrEnd"] = "end";
      break;
  }
}

std::string_view cardinalityOf(const promql::BinaryOperation& operation) {
  if (promql::isSetOperator(operation.op)) return "many-to-many";
  switch (operation.matching->cardinality) {
    case Matching::Cardinality::kOneToOne:
      return "one-to-one";
    case Matching::Cardinality::kManyToOne:
      return "many-to-one";
    case Matching::Cardinality::kOneToMany:
      break;
  }
  return "one-to-many";
}

json nodeOf(const promql::NumberLiteral& number) {
  return {{"type", "numberLiteral"}, {"val", promql::fixedNotation(number.value)}};
}

json nodeOf(const promql::StringLiteral& text) {
  return {{"type", "stringLiteral"}, {"val", toUtf8(text.value)}};
}

json nodeOf(const promql::Selector& selector) {
  json matchers = json::array();
  for (const LabelMatcher& matcher : selector.matchers) {
    matchers.push_back({{"name", toUtf8(matcher.name())},
                        {"value", toUtf8(matcher.value())},
                        {"type", spelling(matcher.op())}});
  }
  json node = {{"type", selector.range ? "matrixSelector" : "vectorSelector"},
               {"name", selector.name},
               {"matchers", std::move(matchers)}};
  if (selector.range) node["range"] = selector.range->milliseconds;
  addModifiers(node, selector.modifiers);
  return node;
}

json nodeOf(const promql::Subquery& subquery) {
  json node = {{"type", "subquery"},
               {"expr", treeOf(*subquery.inner)},
               {"range", subquery.range.milliseconds},
               {"step", subquery.step ? subquery.step->milliseconds : 0}};
  addModifiers(node, subquery.modifiers);
  return node;
}

json nodeOf(const promql::Call& call) {
  const promql::Signature& function = *call.function;
  json types = json::array();
  for (const promql::ValueType type : function.arguments) types.push_back(promql::shortName(type));
  json arguments = json::array();
  for (const promql::ExpressionPtr& argument : call.arguments) {
    arguments.push_back(treeOf(*argument));
  }
  return {{"type", "call"},
          {"func",
           {{"name", function.name},
            {"argTypes", std::move(types)},
            {"variadic", function.optional},
            {"returnType", promql::shortName(function.result)}}},
          {"args", std::move(arguments)}};
}

json nodeOf(const promql::Aggregation& aggregation) {
  return {{"type", "aggregation"},
          {"op", promql::spelling(aggregation.op)},
          {"expr", treeOf(*aggregation.vector)},
          {"param", aggregation.parameter ? treeOf(*aggregation.parameter) : json()},
          {"grouping", textsOf(aggregation.labels)},
          {"without", aggregation.without}};
}

json nodeOf(const promql::BinaryOperation& operation) {
  json matching;
  if (operation.matching) {
    matching = {{"card", cardinalityOf(operation)},
                {"labels", textsOf(operation.matching->labels)},
                {"on", operation.matching->on},
                {"include", textsOf(operation.matching->included)}};
  }
  return {{"type", "binaryExpr"},
          {"op", promql::spelling(operation.op)},
          {"lhs", treeOf(*operation.left)},
          {"rhs", treeOf(*operation.right)},
          {"matching", std::move(matching)},
          {"bool", operation.returnBool}};
}

json nodeOf(const promql::UnaryOperation& operation) {
  return {{"type", "unaryExpr"},
          {"op", operation.negate ? "-" : "+"},
          {"expr", treeOf(*operation.operand)}};
}

json nodeOf(const promql::Parenthesis& parenthesis) {
  return {{"type", "parenExpr"}, {"expr", treeOf(*parenthesis.inner)}};
}

json treeOf(const promql::Expression& expression) {
  return std::visit([](const auto& part) { return nodeOf(part); }, expression.node);
}

}  // namespace

void appendSyntaxTree(TextBuffer& out, const promql::Expression& expression) {
  out.append(treeOf(expression).dump());
}

}  // namespace orchestrator_exporter::http
