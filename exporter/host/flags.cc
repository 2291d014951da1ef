#include "exporter/host/flags.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

FlagDefinition define(std::string name, FlagKind kind, std::string defaultValue, std::string help) {
  FlagDefinition definition;
  definition.name = std::move(name);
  definition.kind = kind;
  definition.defaultValue = std::move(defaultValue);
  definition.help = std::move(help);
  return definition;
}

// Seconds in one unit of a Go duration; 0 for a word that is none.
double secondsOf(std::string_view unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  return 0;
}

// A function, because features register from other files before main().
std::vector<FlagDefinition>& declared() {
  static std::vector<FlagDefinition> all;
  return all;
}

StartError refusal(std::string_view flag, const std::string& expected, std::string_view text) {
  return StartError("--" + std::string(flag) + ": expected " + expected + ", got '" +
                    std::string(text) + "'");
}

// The seconds of a Go duration; nullopt for anything else.
std::optional<double> readDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double seconds = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::size_t end = std::min(text.find_first_of("0123456789.", digits), text.size());
    const auto number = parseNumber(text.substr(0, digits));
    const double unit = secondsOf(text.substr(digits, end - digits));
    if (!number || unit == 0) return std::nullopt;
    seconds += *number * unit;
    text.remove_prefix(end);
  }
  return negative ? -seconds : seconds;
}

// Throws StartError for a text that the flag does not take.
void check(const FlagDefinition& flag, std::string_view text) {
  if (flag.kind == FlagKind::kInteger) parseWholeNumber(flag.name, text, flag.integers);
  if (flag.kind == FlagKind::kDuration) parseDuration(flag.name, text, flag.durations);
}

}  // namespace

FlagDefinition textFlag(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kText, std::move(defaultValue), std::move(help));
}

FlagDefinition patternFlag(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kPattern, std::move(defaultValue), std::move(help));
}

FlagDefinition switchFlag(std::string name, bool defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kSwitch, defaultValue ? "true" : "false",
                std::move(help));
}

FlagDefinition listFlag(std::string name, std::string help) {
  return define(std::move(name), FlagKind::kList, {}, std::move(help));
}

FlagDefinition integerFlag(std::string name, std::int64_t defaultValue, IntegerRange range,
                           std::string help) {
  FlagDefinition flag =
      define(std::move(name), FlagKind::kInteger, std::to_string(defaultValue), std::move(help));
  flag.integers = range;
  return flag;
}

FlagDefinition durationFlag(std::string name, std::string defaultValue, DurationRange range,
                            std::string help) {
  FlagDefinition flag =
      define(std::move(name), FlagKind::kDuration, std::move(defaultValue), std::move(help));
  flag.durations = range;
  return flag;
}

FlagDefinition hiddenFlag(FlagDefinition definition) {
  definition.hidden = true;
  return definition;
}

std::string durationText(std::chrono::nanoseconds duration) {
  constexpr std::pair<std::int64_t, const char*> kUnits[] = {{3'600'000'000'000, "h"},
                                                             {60'000'000'000, "m"},
                                                             {1'000'000'000, "s"},
                                                             {1'000'000, "ms"},
                                                             {1'000, "us"}};
  if (duration.count() == 0) return "0s";
  for (const auto& [size, unit] : kUnits) {
    if (duration.count() % size == 0) return std::to_string(duration.count() / size) + unit;
  }
  return std::to_string(duration.count()) + "ns";
}

std::int64_t parseWholeNumber(std::string_view flag, std::string_view text, IntegerRange range) {
  const auto number = parseInteger(text);
  if (number && *number >= range.least && *number <= range.most) return *number;
  const IntegerRange any;
  const bool bounded = range.least != any.least || range.most != any.most;
  throw refusal(flag,
                "a whole number" + (bounded ? " from " + std::to_string(range.least) + " to " +
                                                  std::to_string(range.most)
                                            : ""),
                text);
}

std::chrono::duration<double> parseDuration(std::string_view flag, std::string_view text,
                                            DurationRange range) {
  const auto seconds = readDuration(text);
  const std::chrono::duration<double> duration(seconds.value_or(0));
  if (seconds && duration >= range.least && duration <= range.most) return duration;
  throw refusal(flag,
                "a duration such as 5s or 250ms, from " + durationText(range.least) + " to " +
                    durationText(range.most),
                text);
}

void declareFlags(const std::vector<FlagDefinition>& flags) {
  declared().insert(declared().end(), flags.begin(), flags.end());
}

const std::vector<FlagDefinition>& declaredFlags() { return declared(); }

Flags::Flags() {
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    collectors_[collector.name] = collector.onByDefault;
    for (const FlagDefinition& flag : collector.flags) setToDefault(flag);
  }
  for (const FlagDefinition& flag : declared()) setToDefault(flag);
}

void Flags::setToDefault(const FlagDefinition& flag) {
  std::vector<std::string> values;
  if (flag.kind != FlagKind::kList) values.push_back(flag.defaultValue);
  const char* fromEnvironment =
      flag.environment.empty() ? nullptr : std::getenv(flag.environment.c_str());
  if (fromEnvironment != nullptr) values = {fromEnvironment};
  values_[flag.name] = {&flag, std::move(values)};
}

Flags::Flags(std::initializer_list<std::pair<std::string, std::string>> given) : Flags() {
  for (const auto& [name, value] : given) give(name, value);
}

void Flags::give(const std::string& name, const std::string& value) {
  const auto known = values_.find(name);
  if (known == values_.end()) throw std::logic_error("nobody declares --" + name);
  Value& entry = known->second;
  check(*entry.definition, value);
  if (entry.definition->kind != FlagKind::kList) entry.values.clear();
  entry.values.push_back(value);
  entry.given = true;
}

void Flags::enableCollector(const std::string& collector, bool enabled) {
  collectors_.at(collector) = enabled;
}

const Flags::Value& Flags::find(std::string_view name) const {
  const auto known = values_.find(name);
  if (known != values_.end()) return known->second;
  throw std::logic_error("nobody declares --" + std::string(name));
}

const Flags::Value& Flags::find(std::string_view name, FlagKind kind) const {
  const Value& value = find(name);
  if (value.definition->kind == kind) return value;
  throw std::logic_error("--" + std::string(name) + " is of another kind");
}

bool Flags::given(std::string_view name) const { return find(name).given; }

const std::string& Flags::text(std::string_view name) const {
  const Value& value = find(name);
  return find(name,
              value.definition->kind == FlagKind::kPattern ? FlagKind::kPattern : FlagKind::kText)
      .values.front();
}

bool Flags::enabled(std::string_view name) const {
  return find(name, FlagKind::kSwitch).values.front() == "true";
}

const std::vector<std::string>& Flags::list(std::string_view name) const {
  return find(name, FlagKind::kList).values;
}

std::int64_t Flags::integer(std::string_view name) const {
  const Value& value = find(name, FlagKind::kInteger);
  return parseWholeNumber(name, value.values.front(), value.definition->integers);
}

std::chrono::duration<double> Flags::duration(std::string_view name) const {
  const Value& value = find(name, FlagKind::kDuration);
  return parseDuration(name, value.values.front(), value.definition->durations);
}

bool Flags::collectorEnabled(std::string_view collector) const {
  const auto known = collectors_.find(collector);
  return known != collectors_.end() && known->second;
}

}  // namespace orchestrator_exporter
