#include "metrics/label_matcher.h"

#include <re2/re2.h>

#include <stdexcept>
#include <utility>

namespace orchestrator_exporter {

LabelMatcher::LabelMatcher(std::string name, Operator op, std::string value)
    : name_(std::move(name)), operator_(op), value_(std::move(value)) {
  if (op != Operator::kMatches && op != Operator::kMatchesNot) return;
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  auto expression = std::make_shared<re2::RE2>(value_, options);
  if (!expression->ok()) throw std::invalid_argument(expression->error());
  expression_ = std::move(expression);
}

bool LabelMatcher::matches(std::string_view value) const {
  switch (operator_) {
    case Operator::kEqual:
      return value == value_;
    case Operator::kNotEqual:
      return value != value_;
    case Operator::kMatches:
      return re2::RE2::FullMatch({value.data(), value.size()}, *expression_);
    case Operator::kMatchesNot:
      break;
  }
  return !re2::RE2::FullMatch({value.data(), value.size()}, *expression_);
}

}  // namespace orchestrator_exporter
