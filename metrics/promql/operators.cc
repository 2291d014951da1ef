#include "metrics/promql/operators.h"

#include <cmath>
#include <memory>
#include <utility>

#include "metrics/promql/values/histogram_arithmetic.h"

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

Element HistogramOperator::apply(std::size_t step, Element left, Element right) {
  if (left.histogram != nullptr && right.histogram != nullptr) {
    return applyToBoth(step, left.histogram, right.histogram);
  }
  if (operation_.op == TokenKind::kMultiply) {
    return left.histogram != nullptr ? Element{kAbsent, scaled(*left.histogram, right.number)}
                                     : Element{kAbsent, scaled(*right.histogram, left.number)};
  }
  if (operation_.op == TokenKind::kDivide && left.histogram != nullptr) {
    return {kAbsent, divided(*left.histogram, right.number)};
  }
  return refuse(step, left.histogram != nullptr, right.histogram != nullptr);
}

Element HistogramOperator::applyToBoth(std::size_t step, const HistogramPointer& left,
                                       const HistogramPointer& right) {
  switch (operation_.op) {
    case TokenKind::kEqual:
      return compared(*left == *right, left);
    case TokenKind::kNotEqual:
      return compared(!(*left == *right), left);
    case TokenKind::kAdd:
    case TokenKind::kSubtract: {
      auto result = std::make_shared<FloatHistogram>(*left);
      const auto mismatch =
          operation_.op == TokenKind::kAdd ? add(*result, *right) : subtract(*result, *right);
      if (mismatch) {
        note(step) = {"incompatible bucket layout encountered for binary operator " +
                          std::string(spelling(operation_.op)),
                      {}};
        return {};
      }
      compact(*result);
      return {kAbsent, std::move(result)};
    }
    default:
      return refuse(step, true, true);
  }
}

Element HistogramOperator::compared(bool holds, const HistogramPointer& left) const {
  if (operation_.returnBool) return {holds ? 1.0 : 0.0};
  return holds ? Element{kAbsent, left} : Element{};
}

Element HistogramOperator::refuse(std::size_t step, bool leftIsHistogram, bool rightIsHistogram) {
  const auto kind = [](bool isHistogram) { return isHistogram ? "histogram" : "float"; };
  const std::string op(spelling(operation_.op));
  note(step) = {{},
                "incompatible sample types encountered for binary operator \"" + op +
                    "\": " + kind(leftIsHistogram) + " " + op + " " + kind(rightIsHistogram)};
  return {};
}

HistogramOperator::Note& HistogramOperator::note(std::size_t step) {
  notes_.resize(steps_);
  return notes_[step];
}

void HistogramOperator::report(Annotations& annotations, PositionRange position) const {
  for (const Note& note : notes_) {
    if (!note.warning.empty()) annotations.warn(note.warning, position);
    if (!note.info.empty()) annotations.inform(note.info, position);
  }
}

}  // namespace orchestrator_exporter::promql
