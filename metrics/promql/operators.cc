#include "metrics/promql/operators.h"

#include <cmath>

namespace orchestrator_exporter::promql {

namespace {

bool holds(TokenKind op, double left, double right) {
  switch (op) {
    case TokenKind::kEqual:
      return left == right;
    case TokenKind::kNotEqual:
      return left != right;
    case TokenKind::kLess:
      return left < right;
    case TokenKind::kGreater:
      return left > right;
    case TokenKind::kLessOrEqual:
      return left <= right;
    default:
      return left >= right;
  }
}

}  // namespace

double applyOperator(TokenKind op, double left, double right) {
  switch (op) {
    case TokenKind::kAdd:
      return left + right;
    case TokenKind::kSubtract:
      return left - right;
    case TokenKind::kMultiply:
      return left * right;
    case TokenKind::kDivide:
      return left / right;
    case TokenKind::kModulo:
      return std::fmod(left, right);
    case TokenKind::kPower:
      return std::pow(left, right);
    case TokenKind::kAtan2:
      return std::atan2(left, right);
    default:
      return holds(op, left, right) ? left : kAbsent;
  }
}

double applyBool(TokenKind op, double left, double right) { return holds(op, left, right) ? 1 : 0; }

}  // namespace orchestrator_exporter::promql
