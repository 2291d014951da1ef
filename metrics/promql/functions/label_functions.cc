#include <re2/re2.h>

#include <array>
#include <string>

#include "metrics/base/utf8.h"
#include "metrics/group_template.h"
#include "metrics/promql/functions/families.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

namespace {

[[noreturn]] void fail(const std::string& text) {
  throw QueryError(QueryError::Kind::kExecution, text);
}

void requireLabelName(const std::string& name, const std::string& place) {
  if (name.empty() || !isUtf8(name)) fail("invalid " + place + ": " + name);
}

// With the label set by `value`, which says whether it did so; a name that was written stays.
template <class Value>
Matrix relabeled(CallContext& context, const std::string& label, Value value) {
  Matrix matrix = context.vector(0);
  for (Series& series : matrix) {
    context.budget().check();
    if (value(series) && label == kNameLabel) series.dropsName = false;
  }
  if (hasDuplicates(matrix)) failDuplicates();
  return matrix;
}

void setLabel(Series& series, const std::string& label, const std::string& value) {
  if (series.labels.get(label) == value) return;
  LabelSet labels = series.labels.copy();
  labels.set(label, value);
  series.labels = Labels(std::move(labels));
}

Matrix labelReplace(CallContext& context) {
  const std::string& label = context.string(1);
  const std::string& source = context.string(3);
  const std::string& text = context.string(4);
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  const re2::RE2 expression(text, options);
  if (!expression.ok()) fail("invalid regular expression in label_replace(): " + text);
  requireLabelName(label, "destination label name in label_replace()");
  const GroupTemplate replacement(context.string(2), expression);
  std::vector<re2::StringPiece> groups(
      static_cast<std::size_t>(expression.NumberOfCapturingGroups()) + 1);
  return relabeled(context, label, [&](Series& series) {
    const std::string_view value = series.labels.get(source);
    const re2::StringPiece subject(value.data(), value.size());
    if (!expression.Match(subject, 0, subject.size(), re2::RE2::ANCHOR_BOTH, groups.data(),
                          static_cast<int>(groups.size()))) {
      return false;
    }
    setLabel(series, label, replacement.expand(groups));
    return true;
  });
}

Matrix labelJoin(CallContext& context) {
  const std::string& label = context.string(1);
  const std::string& separator = context.string(2);
  for (std::size_t i = 3; i < context.size(); ++i) {
    requireLabelName(context.string(i), "source label name in label_join()");
  }
  requireLabelName(label, "destination label name in label_join()");
  return relabeled(context, label, [&](Series& series) {
    std::string joined;
    for (std::size_t i = 3; i < context.size(); ++i) {
      if (i > 3) joined += separator;
      joined += series.labels.get(context.string(i));
    }
    setLabel(series, label, joined);
    return true;
  });
}

constexpr std::array<VectorFunction, 2> kFunctions = {{
    {"label_replace", labelReplace},
    {"label_join", labelJoin},
}};

}  // namespace

std::span<const VectorFunction> labelFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
