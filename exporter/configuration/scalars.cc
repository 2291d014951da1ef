#include "exporter/configuration/scalars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "http/security/strict_yaml.h"
#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/promql/syntax/duration.h"

namespace orchestrator_exporter::configuration {

namespace {

using std::chrono::milliseconds;

// Largest first, as texts are printed.
constexpr std::array<std::pair<std::string_view, int>, 6> kUnits = {
    {{"EB", 60}, {"PB", 50}, {"TB", 40}, {"GB", 30}, {"MB", 20}, {"KB", 10}}};

std::optional<std::int64_t> integerOf(const Key& key, std::string_view text) {
  const auto number = parseInteger(text);
  const bool inRange = number && *number >= key.integers.least && *number <= key.integers.most;
  return inRange ? number : std::nullopt;
}

std::optional<double> numberOf(const Key& key, std::string_view text) {
  const auto number = parseNumber(text);
  const bool inRange = number && *number >= key.numbers.least && *number <= key.numbers.most;
  return inRange ? number : std::nullopt;
}

std::optional<milliseconds> durationOf(const Key& key, std::string_view text) {
  try {
    const milliseconds duration(promql::parseDuration(text));
    if (duration >= key.durations.least && duration <= key.durations.most) return duration;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
  return std::nullopt;
}

// 2GB, 2GiB, 512B; a bare 0 needs no unit.
std::optional<std::int64_t> sizeOf(const Key& key, std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parseUnsigned(text.substr(0, digits));
  std::string unit(text.substr(digits));
  if (unit.size() == 3 && unit[1] == 'i') unit.erase(1, 1);
  int shift = unit == "B" || (unit.empty() && number == 0) ? 0 : -1;
  for (const auto& [name, exponent] : kUnits) {
    if (name == unit) shift = exponent;
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!number || shift < 0 || *number > kMost >> shift) return std::nullopt;
  const auto bytes = static_cast<std::int64_t>(*number << shift);
  const bool inRange = bytes >= key.integers.least && bytes <= key.integers.most;
  return inRange ? std::optional(bytes) : std::nullopt;
}

std::string sizeText(std::int64_t bytes) {
  for (const auto& [name, exponent] : kUnits) {
    const std::int64_t unit = std::int64_t{1} << exponent;
    if (bytes >= unit && bytes % unit == 0) return std::to_string(bytes / unit) + std::string(name);
  }
  return std::to_string(bytes) + "B";
}

std::string durationText(std::chrono::nanoseconds duration) {
  return promql::printDuration(std::chrono::duration_cast<milliseconds>(duration).count());
}

template <typename Number, typename Print>
std::string between(Number least, Number most, Number unboundedLeast, Number unboundedMost,
                    const Print& print) {
  const bool hasLeast = least > unboundedLeast;
  const bool hasMost = most < unboundedMost;
  if (hasLeast && hasMost) return "from " + print(least) + " to " + print(most);
  if (hasLeast) return "at least " + print(least);
  return hasMost ? "at most " + print(most) : "";
}

template <typename Type>
std::optional<Value::Scalar> scalar(const std::optional<Type>& value) {
  return value ? std::optional<Value::Scalar>(*value) : std::nullopt;
}

std::string wordOf(const Key& key) {
  switch (key.kind) {
    case Kind::kSwitch:
      return "true or false";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kNumber:
      return "a number";
    case Kind::kDuration:
      return "a duration such as 15s or 1h30m";
    case Kind::kSize:
      return "a size such as 512MB or 2GB";
    case Kind::kList:
      return "a list, as in [a, b]";
    case Kind::kMap:
    case Kind::kNamed:
      return "keys and values";
    default:
      return "a text";
  }
}

}  // namespace

std::optional<Value::Scalar> scalarOf(const Key& key, std::string_view text) {
  const auto& choices = key.choices;
  switch (key.kind) {
    case Kind::kSwitch:
      return scalar(http::yamlBoolean(text));
    case Kind::kInteger:
      return scalar(integerOf(key, text));
    case Kind::kNumber:
      return scalar(numberOf(key, text));
    case Kind::kDuration:
      return scalar(durationOf(key, text));
    case Kind::kSize:
      return scalar(sizeOf(key, text));
    case Kind::kChoice:
      if (std::find(choices.begin(), choices.end(), text) == choices.end()) return std::nullopt;
      return std::string(text);
    default:
      return std::string(text);
  }
}

std::string rangeText(const Key& key) {
  constexpr IntegerRange kAny;
  if (key.kind == Kind::kInteger) {
    return between(key.integers.least, key.integers.most, kAny.least, kAny.most,
                   [](std::int64_t number) { return std::to_string(number); });
  }
  if (key.kind == Kind::kSize) {
    return between(key.integers.least, key.integers.most, std::int64_t{0}, kAny.most, sizeText);
  }
  if (key.kind == Kind::kNumber) {
    return between(key.numbers.least, key.numbers.most, NumberRange{}.least, NumberRange{}.most,
                   numberText);
  }
  if (key.kind == Kind::kDuration) {
    return between(key.durations.least, key.durations.most, std::chrono::nanoseconds(0),
                   DurationRange{}.most, durationText);
  }
  return {};
}

std::string expectation(const Key& key) {
  if (key.kind == Kind::kChoice) {
    std::vector<std::string_view> words(key.choices.begin(), key.choices.end());
    return http::listed(words);
  }
  const std::string range = rangeText(key);
  return wordOf(key) + (range.empty() ? "" : ", " + range);
}

}  // namespace orchestrator_exporter::configuration
