#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter {

enum class FlagKind : std::uint8_t { kText, kSwitch, kList, kInteger, kDuration };

// One command line flag of a collector. The name is whole, without the dashes: what is written on
// the command line can be found in the source.
struct FlagDefinition {
  std::string name;
  FlagKind kind = FlagKind::kText;
  std::string defaultValue = {};  // "true" or "false" for switches
  std::string help = {};
  bool hidden = false;
  std::string environment = {};  // a variable that gives the default
};

FlagDefinition textFlag(std::string name, std::string defaultValue, std::string help);
// `--name` and `--no-name`.
FlagDefinition switchFlag(std::string name, bool defaultValue, std::string help);
// Repeatable; without a default.
FlagDefinition listFlag(std::string name, std::string help);
FlagDefinition integerFlag(std::string name, std::int64_t defaultValue, std::string help);
// As Go writes them: 5s, 1m30s, 250ms.
FlagDefinition durationFlag(std::string name, std::string defaultValue, std::string help);
// Works, and is not in --help.
FlagDefinition hiddenFlag(FlagDefinition definition);

// A program that cannot start as it was asked to: what() is one clear line.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Seconds of a Go duration: numbers with units ns, us, µs, ms, s, m, h. Throws StartError.
std::chrono::duration<double> parseDuration(std::string_view flag, std::string_view text);

// Declares flags that belong to no collector; before main().
void declareFlags(const std::vector<FlagDefinition>& flags);
const std::vector<FlagDefinition>& declaredFlags();

// The values of all declared flags, and which collectors run. Asking for a flag that nobody has
// declared is a mistake in the program (std::logic_error); a value that is not of the
// flag's kind is a StartError that names the flag.
class Flags {
 public:
  // All flags at their defaults.
  Flags();
  // The same with some values given, as on a command line: {{"collector.cpu.info", "true"}}.
  explicit Flags(std::initializer_list<std::pair<std::string, std::string>> given);

  // As if the flag had come on the command line; a list grows, others are replaced.
  void give(const std::string& name, const std::string& value);
  void enableCollector(const std::string& collector, bool enabled);

  bool given(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  bool enabled(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::chrono::duration<double> duration(std::string_view name) const;
  bool collectorEnabled(std::string_view collector) const;

 private:
  struct Value {
    FlagKind kind;
    std::vector<std::string> values;
    bool given = false;
  };
  void setToDefault(const FlagDefinition& flag);
  const Value& find(std::string_view name, FlagKind kind) const;

  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, bool, std::less<>> collectors_;
};

}  // namespace orchestrator_exporter
