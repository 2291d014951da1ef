#include "metrics/rules/testing/series_notation.h"

#include <bit>

#include "metrics/base/errors.h"
#include "metrics/base/number_parse.h"
#include "metrics/base/words.h"
#include "metrics/history.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter::rules {

namespace {

// More values than a year of seconds are a typing error.
constexpr std::uint64_t kMostValues = 32'000'000;

[[noreturn]] void refuse(std::string_view word) {
  throw ParseError("", 0, "a value such as 1, 1+2x3, _, _x3 or stale", word);
}

double numberOf(std::string_view text, std::string_view word) {
  try {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const double value = promql::parseNumberLiteral(text);
    return negative ? -value : value;
  } catch (const std::invalid_argument&) {
    refuse(word);
  }
}

// Where a word such as 1e-3-2x4 goes on behind its first number; its size if it does not.
std::size_t endOfNumber(std::string_view word) {
  std::size_t at = word.empty() || (word[0] != '-' && word[0] != '+') ? 0 : 1;
  for (; at < word.size(); ++at) {
    if (word[at] == 'x') break;  // so that 0x3 is no hexadecimal number
    const bool isExponent = at > 0 && (word[at - 1] == 'e' || word[at - 1] == 'E');
    if ((word[at] == '+' || word[at] == '-') && !isExponent) break;
  }
  return at;
}

std::uint64_t timesOf(std::string_view text, std::string_view word) {
  const auto times = parseUnsigned(text);
  if (!times || *times > kMostValues) refuse(word);
  return *times;
}

void appendWord(std::string_view word, std::vector<std::optional<double>>& values) {
  if (word == "stale") {
    values.push_back(std::bit_cast<double>(kStaleBits));
    return;
  }
  if (word.starts_with('_')) {
    const bool repeats = word.starts_with("_x");
    if (!repeats && word != "_") refuse(word);
    const std::uint64_t times = repeats ? timesOf(word.substr(2), word) : 1;
    values.insert(values.end(), times, std::nullopt);
    return;
  }
  const std::size_t end = endOfNumber(word);
  const double first = numberOf(word.substr(0, end), word);
  if (end == word.size()) {
    values.push_back(first);
    return;
  }
  double step = 0;
  std::size_t times = end;
  if (word[end] != 'x') {
    const std::string_view rest = word.substr(end);
    times = end + endOfNumber(rest);
    if (times == word.size()) refuse(word);
    step = numberOf(word.substr(end, times - end), word);
  }
  // Each value is the one before and the step, so that rounding is Prometheus'.
  double value = first;
  for (std::uint64_t left = timesOf(word.substr(times + 1), word) + 1; left > 0; --left) {
    values.push_back(value);
    value += step;
  }
}

}  // namespace

LabelSet parseSeriesLabels(std::string_view text) {
  // As a query, braces need a matcher that does not match everything.
  if (const std::size_t brace = text.find('{');
      brace != std::string_view::npos &&
      text.find_first_not_of(" \t{}") == std::string_view::npos) {
    return {};
  }
  LabelSet labels;
  for (const LabelMatcher& matcher : promql::parseSelector(text)) {
    if (matcher.op() != LabelMatcher::Operator::kEqual) {
      throw ParseError("", 0, "labels with =", text);
    }
    labels.set(matcher.name(), matcher.value());
  }
  return labels;
}

std::vector<std::optional<double>> parseSeriesValues(std::string_view text) {
  std::vector<std::optional<double>> values;
  for (std::string_view word = takeWord(text); !word.empty(); word = takeWord(text)) {
    appendWord(word, values);
  }
  return values;
}

}  // namespace orchestrator_exporter::rules
