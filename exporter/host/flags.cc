#include "exporter/host/flags.h"

#include <cstdlib>

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

}  // namespace

FlagDefinition textFlag(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kText, std::move(defaultValue), std::move(help));
}

FlagDefinition switchFlag(std::string name, bool defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kSwitch, defaultValue ? "true" : "false",
                std::move(help));
}

FlagDefinition listFlag(std::string name, std::string help) {
  return define(std::move(name), FlagKind::kList, {}, std::move(help));
}

FlagDefinition integerFlag(std::string name, std::int64_t defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kInteger, std::to_string(defaultValue), std::move(help));
}

FlagDefinition durationFlag(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), FlagKind::kDuration, std::move(defaultValue), std::move(help));
}

FlagDefinition hiddenFlag(FlagDefinition definition) {
  definition.hidden = true;
  return definition;
}

std::chrono::duration<double> parseDuration(std::string_view flag, std::string_view text) {
  const auto refuse = [&] {
    return StartError("--" + std::string(flag) +
                      ": expected a duration such as 5s or 250ms, got '" + std::string(text) + "'");
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  if (rest.empty()) throw refuse();
  double seconds = 0;
  while (!rest.empty()) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::size_t end = std::min(rest.find_first_of("0123456789.", digits), rest.size());
    const auto number = parseNumber(rest.substr(0, digits));
    const double unit = secondsOf(rest.substr(digits, end - digits));
    if (!number || unit == 0) throw refuse();
    seconds += *number * unit;
    rest.remove_prefix(end);
  }
  return std::chrono::duration<double>(negative ? -seconds : seconds);
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
  values_[flag.name] = {flag.kind, std::move(values)};
}

Flags::Flags(std::initializer_list<std::pair<std::string, std::string>> given) : Flags() {
  for (const auto& [name, value] : given) give(name, value);
}

void Flags::give(const std::string& name, const std::string& value) {
  const auto known = values_.find(name);
  if (known == values_.end()) throw std::logic_error("nobody declares --" + name);
  Value& entry = known->second;
  if (entry.kind != FlagKind::kList) entry.values.clear();
  entry.values.push_back(value);
  entry.given = true;
}

void Flags::enableCollector(const std::string& collector, bool enabled) {
  collectors_.at(collector) = enabled;
}

const Flags::Value& Flags::find(std::string_view name, FlagKind kind) const {
  const auto known = values_.find(name);
  if (known == values_.end() || known->second.kind != kind) {
    throw std::logic_error("nobody declares such a flag --" + std::string(name));
  }
  return known->second;
}

bool Flags::given(std::string_view name) const {
  const auto known = values_.find(name);
  if (known == values_.end()) {
    throw std::logic_error("nobody declares --" + std::string(name));
  }
  return known->second.given;
}

const std::string& Flags::text(std::string_view name) const {
  return find(name, FlagKind::kText).values.front();
}

bool Flags::enabled(std::string_view name) const {
  return find(name, FlagKind::kSwitch).values.front() == "true";
}

const std::vector<std::string>& Flags::list(std::string_view name) const {
  return find(name, FlagKind::kList).values;
}

std::int64_t Flags::integer(std::string_view name) const {
  const std::string& text = find(name, FlagKind::kInteger).values.front();
  if (const auto value = parseInteger(text)) return *value;
  throw StartError("--" + std::string(name) + ": expected a whole number, got '" + text + "'");
}

std::chrono::duration<double> Flags::duration(std::string_view name) const {
  return parseDuration(name, find(name, FlagKind::kDuration).values.front());
}

bool Flags::collectorEnabled(std::string_view collector) const {
  const auto known = collectors_.find(collector);
  return known != collectors_.end() && known->second;
}

}  // namespace orchestrator_exporter
