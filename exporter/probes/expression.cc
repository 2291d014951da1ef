#include "exporter/probes/expression.h"

#include <re2/re2.h>

#include <stdexcept>
#include <vector>

#include "metrics/group_template.h"

namespace orchestrator_exporter::probes {

Expression::Expression(const std::string& text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto expression = std::make_shared<re2::RE2>(text, options);
  if (!expression->ok()) {
    throw std::invalid_argument("bad regular expression '" + text + "': " + expression->error());
  }
  expression_ = std::move(expression);
}

bool Expression::matches(std::string_view text) const {
  return re2::RE2::PartialMatch({text.data(), text.size()}, *expression_);
}

std::optional<std::string> Expression::expand(std::string_view text,
                                              std::string_view replacement) const {
  std::vector<re2::StringPiece> groups(
      static_cast<std::size_t>(expression_->NumberOfCapturingGroups()) + 1);
  const re2::StringPiece whole(text.data(), text.size());
  if (!expression_->Match(whole, 0, whole.size(), re2::RE2::UNANCHORED, groups.data(),
                          static_cast<int>(groups.size()))) {
    return std::nullopt;
  }
  return GroupTemplate(replacement, *expression_).expand(groups);
}

const std::string& Expression::text() const { return expression_->pattern(); }

}  // namespace orchestrator_exporter::probes
