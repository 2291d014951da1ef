#include "metrics/promql/syntax/type_check.h"

#include <algorithm>
#include <string>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class TypeCheck {
 public:
  explicit TypeCheck(std::string_view query) : query_(query) {}

  void check(Expression& expression) {
    std::visit([&](auto& part) { checkNode(expression, part); }, expression.node);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& reason) const {
    throw ParseError(query_, offset, reason);
  }

  void expect(Expression& expression, ValueType wanted, const std::string& context) {
    check(expression);
    if (expression.type() == wanted) return;
    fail(expression.position.begin, "expected type " + std::string(documentedName(wanted)) +
                                        " in " + context + ", got " +
                                        std::string(documentedName(expression.type())));
  }

  void checkNode(Expression&, NumberLiteral&) {}
  void checkNode(Expression&, StringLiteral&) {}

  void checkNode(Expression& expression, Selector& selector) {
    const std::size_t begin = expression.position.begin;
    if (!selector.name.empty()) {
      for (auto at = selector.matchers.begin(); at + 1 != selector.matchers.end(); ++at) {
        if (at->name() != "__name__") continue;
        fail(begin, "metric name must not be set twice: " + quote(selector.name) + " or " +
                        quote(at->value()));
      }
      return;
    }
    if (std::all_of(selector.matchers.begin(), selector.matchers.end(),
                    [](const LabelMatcher& matcher) { return matcher.matchesEmpty(); })) {
      fail(begin, "vector selector must contain at least one non-empty matcher");
    }
  }

  void checkNode(Expression& expression, Subquery& subquery) {
    check(*subquery.inner);
    const ValueType type = subquery.inner->type();
    if (type == ValueType::kVector) return;
    fail(expression.position.begin, "subquery is only allowed on instant vector, got " +
                                        std::string(shortName(type)) + " instead");
  }

  void checkNode(Expression& expression, Call& call) {
    const Signature& function = *call.function;
    checkCount(expression, call);
    const std::string context = "call to function " + quote(function.name);
    const bool isInfo = function.name == "info" && call.arguments.size() > 1;
    if (isInfo) checkInfoSelector(expression, *call.arguments[1], context);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      if (isInfo && i == 1) continue;
      expect(*call.arguments[i], function.arguments[std::min(i, function.arguments.size() - 1)],
             context);
    }
  }

  void checkCount(const Expression& expression, const Call& call) const {
    const Signature& function = *call.function;
    const std::size_t count = call.arguments.size();
    const auto failCount = [&](const char* bound, std::size_t wanted) {
      fail(expression.position.begin, "expected " + std::string(bound) + std::to_string(wanted) +
                                          " argument(s) in call to " + quote(function.name) +
                                          ", got " + std::to_string(count));
    };
    const std::size_t declared = function.arguments.size();
    if (function.optional == 0) {
      if (count != declared) failCount("", declared);
      return;
    }
    const std::size_t least = declared - 1;
    if (count < least) failCount("at least ", least);
    if (function.optional == Signature::kAnyNumber) return;
    const std::size_t most = least + static_cast<std::size_t>(function.optional);
    if (count > most) failCount("at most ", most);
  }

  // It may match everything: it chooses labels.
  void checkInfoSelector(const Expression& call, const Expression& argument,
                         const std::string& context) const {
    const auto* const selector = std::get_if<Selector>(&argument.node);
    if (selector == nullptr || selector->range) {
      fail(call.position.begin, "expected type instant vector in " + context + ", got " +
                                    std::string(documentedName(argument.type())));
    }
    if (!selector->name.empty()) {
      fail(argument.position.begin, "expected label selectors only, got vector selector instead");
    }
  }

  void checkNode(Expression&, Aggregation& aggregation) {
    expect(*aggregation.vector, ValueType::kVector, "aggregation expression");
    if (!aggregation.parameter) return;
    const ValueType wanted =
        aggregation.op == TokenKind::kCountValues ? ValueType::kString : ValueType::kScalar;
    expect(*aggregation.parameter, wanted, "aggregation parameter");
  }

  void checkNode(Expression& expression, UnaryOperation& operation) {
    check(*operation.operand);
    const ValueType type = operation.operand->type();
    if (type == ValueType::kScalar || type == ValueType::kVector) return;
    fail(expression.position.begin,
         "unary expression only allowed on expressions of type scalar or instant vector, got " +
             quote(documentedName(type)));
  }

  void checkNode(Expression&, Parenthesis& parenthesis) { check(*parenthesis.inner); }

  void checkNode(Expression& expression, BinaryOperation& operation) {
    check(*operation.left);
    check(*operation.right);
    const ValueType left = operation.left->type();
    const ValueType right = operation.right->type();
    const bool twoScalars = left == ValueType::kScalar && right == ValueType::kScalar;
    if (operation.returnBool && !isComparison(operation.op)) {
      fail(operatorBegin(operation), "bool modifier can only be used on comparison operators");
    }
    if (isComparison(operation.op) && !operation.returnBool && twoScalars) {
      fail(operatorBegin(operation), "comparisons between scalars must use BOOL modifier");
    }
    const Matching& matching = *operation.matching;
    for (const std::string& label : matching.labels) {
      if (matching.on && std::find(matching.included.begin(), matching.included.end(), label) !=
                             matching.included.end()) {
        fail(operatorBegin(operation),
             "label " + quote(label) + " must not occur in ON and GROUP clause at once");
      }
    }
    for (const Expression* side : {operation.left.get(), operation.right.get()}) {
      if (side->type() != ValueType::kScalar && side->type() != ValueType::kVector) {
        fail(side->position.begin,
             "binary expression must contain only scalar and instant vector types");
      }
    }
    const std::size_t begin = expression.position.begin;
    if (left == ValueType::kVector && right == ValueType::kVector) {
      if (isSetOperator(operation.op) && matching.cardinality != Matching::Cardinality::kOneToOne) {
        fail(begin, "no grouping allowed for " + quote(spelling(operation.op)) + " operation");
      }
      return;
    }
    if (!matching.labels.empty()) {
      fail(begin, "vector matching only allowed between instant vectors");
    }
    operation.matching.reset();
    if (isSetOperator(operation.op)) {
      fail(begin, "set operator " + quote(spelling(operation.op)) +
                      " not allowed in binary scalar expression");
    }
  }

  std::size_t operatorBegin(const BinaryOperation& operation) const {
    std::size_t at = operation.left->position.end;
    while (at < query_.size() && isBlank(query_[at])) ++at;
    return at;
  }

  std::string_view query_;
};

}  // namespace

void checkTypes(Expression& expression, std::string_view query) {
  TypeCheck(query).check(expression);
}

}  // namespace orchestrator_exporter::promql
