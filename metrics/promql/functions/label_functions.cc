#include <re2/re2.h>

#include <array>
#include <string>

#include "metrics/base/utf8.h"
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

bool isWord(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A replacement cut into literal text and references to groups of the expression.
class Template {
 public:
  Template(std::string_view text, const re2::RE2& expression) {
    std::string literal;
    while (!text.empty()) {
      const std::size_t dollar = text.find('$');
      literal += text.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      text.remove_prefix(dollar + 1);
      if (text.starts_with('$')) {
        literal += '$';
        text.remove_prefix(1);
      } else if (const auto name = takeName(text); name.empty()) {
        literal += '$';
      } else {
        parts_.push_back({std::move(literal), groupOf(name, expression)});
        literal.clear();
      }
    }
    parts_.push_back({std::move(literal), kNoGroup});
  }

  std::string expand(const std::vector<re2::StringPiece>& groups) const {
    std::string out;
    for (const auto& [literal, group] : parts_) {
      out += literal;
      if (group < groups.size()) out.append(groups[group].data(), groups[group].size());
    }
    return out;
  }

 private:
  static constexpr std::size_t kNoGroup = static_cast<std::size_t>(-1);

  // `1`, `name` or `{name}` at the start of the text, which loses it; empty if there is none.
  static std::string_view takeName(std::string_view& text) {
    const bool braces = text.starts_with('{');
    std::size_t end = braces ? 1 : 0;
    while (end < text.size() && isWord(text[end])) ++end;
    const std::string_view name = text.substr(braces ? 1 : 0, end - (braces ? 1 : 0));
    if (name.empty() || (braces && (end == text.size() || text[end] != '}'))) return {};
    text.remove_prefix(braces ? end + 1 : end);
    return name;
  }

  static std::size_t groupOf(std::string_view name, const re2::RE2& expression) {
    std::size_t number = 0;
    for (const char c : name) {
      if (c < '0' || c > '9') {
        const auto& named = expression.NamedCapturingGroups();
        const auto found = named.find(std::string(name));
        return found == named.end() ? kNoGroup : static_cast<std::size_t>(found->second);
      }
      number = number * 10 + static_cast<std::size_t>(c - '0');
      if (number > 1000) return kNoGroup;
    }
    return number;
  }

  std::vector<std::pair<std::string, std::size_t>> parts_;
};

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
  const Template replacement(context.string(2), expression);
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
