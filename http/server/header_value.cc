#include "http/server/header_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>

namespace orchestrator_exporter::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Cuts the text up to the next separator off its front; separators in quotes do not count.
std::string_view takeUpTo(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < rest.size(); ++end) {
    const char c = rest[end];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') ++end;
    if (!quoted && c == separator) break;
  }
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(piece);
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

std::optional<double> weightOf(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (std::isnan(weight)) return std::nullopt;
  return std::clamp(weight, 0.0, 1.0);
}

std::optional<WeightedValue> parseElement(std::string_view element) {
  WeightedValue parsed;
  parsed.value = takeUpTo(element, ';');
  if (parsed.value.empty()) return std::nullopt;
  while (!element.empty()) {
    std::string_view value = takeUpTo(element, ';');
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(value.substr(0, equals));
    value = unquoted(trimmed(value.substr(equals + 1)));
    if (!equalIgnoringCase(name, "q")) {
      parsed.parameters.emplace_back(name, value);
      continue;
    }
    const auto weight = weightOf(value);
    if (!weight) return std::nullopt;
    parsed.weight = *weight;
  }
  return parsed;
}

}  // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> fieldOf(std::span<const std::pair<std::string, std::string>> fields,
                                        std::string_view name) {
  for (const auto& [known, value] : fields) {
    if (equalIgnoringCase(known, name)) return value;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string_view mediaType(std::string_view contentType) {
  return trimmed(contentType.substr(0, contentType.find(';')));
}

std::string_view WeightedValue::parameter(std::string_view name, std::string_view otherwise) const {
  std::string_view found = otherwise;
  for (const auto& [key, text] : parameters) {
    if (equalIgnoringCase(key, name)) found = text;
  }
  return found;
}

std::vector<WeightedValue> parseWeightedList(std::string_view field) {
  std::vector<WeightedValue> elements;
  while (!field.empty()) {
    if (auto element = parseElement(takeUpTo(field, ','))) elements.push_back(*std::move(element));
  }
  std::stable_sort(
      elements.begin(), elements.end(),
      [](const WeightedValue& a, const WeightedValue& b) { return a.weight > b.weight; });
  return elements;
}

bool listNames(std::string_view field, std::string_view token) {
  while (!field.empty()) {
    if (equalIgnoringCase(takeUpTo(field, ','), token)) return true;
  }
  return false;
}

}  // namespace orchestrator_exporter::http
