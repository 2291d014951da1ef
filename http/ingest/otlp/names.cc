#include "http/ingest/otlp/names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "metrics/base/names.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using Words = std::vector<std::string_view>;

bool isWordCharacter(char c) { return isNameDigit(c) || c == ':' || (isNameLetter(c) && c != '_'); }

Words wordsOf(std::string_view text) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && isWordCharacter(text[end])) ++end;
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

using Spelling = std::pair<std::string_view, std::string_view>;

// Units as UCUM has them, and as Prometheus does.
std::string_view wordOfUnit(std::string_view unit) {
  static constexpr std::array<Spelling, 26> kWords = {{
      {"d", "days"},          {"h", "hours"},
      {"min", "minutes"},     {"s", "seconds"},
      {"ms", "milliseconds"}, {"us", "microseconds"},
      {"ns", "nanoseconds"},  {"By", "bytes"},
      {"KiBy", "kibibytes"},  {"MiBy", "mebibytes"},
      {"GiBy", "gibibytes"},  {"TiBy", "tebibytes"},
      {"KBy", "kilobytes"},   {"MBy", "megabytes"},
      {"GBy", "gigabytes"},   {"TBy", "terabytes"},
      {"m", "meters"},        {"V", "volts"},
      {"A", "amperes"},       {"J", "joules"},
      {"W", "watts"},         {"g", "grams"},
      {"Cel", "celsius"},     {"Hz", "hertz"},
      {"%", "percent"},       {"1", ""},
  }};
  for (const auto& [symbol, word] : kWords) {
    if (symbol == unit) return word;
  }
  return unit;
}

std::string_view wordPerUnit(std::string_view unit) {
  static constexpr std::array<Spelling, 8> kWords = {{
      {"s", "second"},
      {"min", "minute"},
      {"m", "minute"},
      {"h", "hour"},
      {"d", "day"},
      {"w", "week"},
      {"mo", "month"},
      {"y", "year"},
  }};
  for (const auto& [symbol, word] : kWords) {
    if (symbol == unit) return word;
  }
  return unit;
}

// Without annotations, {tokens}, and what is around them.
std::string plainUnit(std::string_view unit) {
  std::string plain;
  std::size_t depth = 0;
  for (const char c : unit) {
    if (c == '{') ++depth;
    if (depth == 0 && c != ' ') plain += c;
    if (c == '}' && depth > 0) --depth;
  }
  return plain;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += '_';
    text += word;
  }
  return text;
}

// The words that the unit adds to those of the name.
Words missingUnitWords(const Words& words, std::string_view unit) {
  const std::size_t slash = unit.find('/');
  Words missing;
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  for (const std::string_view word : wordsOf(wordOfUnit(unit.substr(0, slash)))) {
    if (!has(word)) missing.push_back(word);
  }
  if (slash == std::string_view::npos) return missing;
  const Words per = wordsOf(wordPerUnit(unit.substr(slash + 1)));
  if (per.empty() || has(per.front())) return missing;
  missing.push_back("per");
  missing.insert(missing.end(), per.begin(), per.end());
  return missing;
}

// What a name ends in because of its unit: "bytes_per_second".
std::string unitSuffix(std::string_view unit) {
  const Words all = missingUnitWords({}, unit);
  return joined(all);
}

}  // namespace

PrometheusName prometheusName(const MetricHead& head) {
  Words words = wordsOf(head.name);
  if (words.empty()) return {};
  const std::string unit = plainUnit(head.unit);
  const Words more = missingUnitWords(words, unit);
  words.insert(words.end(), more.begin(), more.end());
  const bool isCounter = head.kind == MetricKind::kSum && head.monotonic;
  const bool isGauge =
      head.kind == MetricKind::kGauge || (head.kind == MetricKind::kSum && !head.monotonic);
  if (isCounter) std::erase(words, "total");
  if (isGauge && unit == "1") {
    std::erase(words, "ratio");
    words.push_back("ratio");
  }
  PrometheusName result{joined(words), {}};
  const std::string suffix = isGauge && unit == "1" ? "ratio" : unitSuffix(unit);
  if (!suffix.empty() && result.name.ends_with("_" + suffix)) result.unit = suffix;
  if (isCounter) result.name += result.name.empty() ? "total" : "_total";
  if (isNameDigit(result.name.front())) result.name.insert(0, "_");
  return result;
}

std::string labelName(std::string_view attribute) {
  std::string name;
  for (const char c : attribute) {
    if (isNameDigit(c) || (isNameLetter(c) && c != '_')) {
      name += c;
    } else if (!name.ends_with('_')) {
      name += '_';
    }
  }
  if (name == "_") return {};
  if (!name.empty() && isNameDigit(name.front())) name.insert(0, "key_");
  return name;
}

}  // namespace orchestrator_exporter::http::otlp
