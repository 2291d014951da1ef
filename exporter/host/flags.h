#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter {

enum class FlagKind : std::uint8_t { kText, kPattern, kSwitch, kList, kInteger, kDuration };

// The whole numbers that make sense for a flag, both ends taken.
struct IntegerRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

// A count of things that this host could have: more would be a slip of the keyboard.
inline constexpr IntegerRange kCount{0, 1'000'000};

// The longest duration that Go reads.
inline constexpr std::chrono::hours kLongestDuration{2'562'047};

// The durations that make sense for a flag, both ends taken.
struct DurationRange {
  std::chrono::nanoseconds least = -kLongestDuration;
  std::chrono::nanoseconds most = kLongestDuration;
};

inline constexpr DurationRange kNotNegative{std::chrono::nanoseconds(0)};
// For what waits: at no time at all everything would be late, and nobody waits for longer than a
// day.
inline constexpr DurationRange kWaitingTime{std::chrono::milliseconds(1), std::chrono::hours(24)};

// One command line flag of a collector. The name is whole, without the dashes: what is written on
// the command line can be found in the source.
struct FlagDefinition {
  std::string name;
  FlagKind kind = FlagKind::kText;
  std::string defaultValue = {};  // "true" or "false" for switches
  std::string help = {};
  bool hidden = false;
  std::string environment = {};  // a variable that gives the default
  IntegerRange integers = {};    // of kInteger
  DurationRange durations = {};  // of kDuration
};

FlagDefinition textFlag(std::string name, std::string defaultValue, std::string help);
// A regular expression (pattern.h).
FlagDefinition patternFlag(std::string name, std::string defaultValue, std::string help);
// `--name` and `--no-name`.
FlagDefinition switchFlag(std::string name, bool defaultValue, std::string help);
// Repeatable; without a default.
FlagDefinition listFlag(std::string name, std::string help);
FlagDefinition integerFlag(std::string name, std::int64_t defaultValue, IntegerRange range,
                           std::string help);
// As Go writes them: 5s, 1m30s, 250ms.
FlagDefinition durationFlag(std::string name, std::string defaultValue, DurationRange range,
                            std::string help);
// Works, and is not in --help.
FlagDefinition hiddenFlag(FlagDefinition definition);

// A program that cannot start as it was asked to: what() is one clear line.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// As Go writes it, in the largest unit that needs no fraction: 500ms, 24h.
std::string durationText(std::chrono::nanoseconds duration);

// What a flag's text says. Throws StartError, `--flag: expected a whole number from 0 to 9, got
// '10'`, for anything else than a whole number in the range.
std::int64_t parseWholeNumber(std::string_view flag, std::string_view text,
                              IntegerRange range = {});

// The same for a Go duration: numbers with units ns, us, µs, ms, s, m, h.
std::chrono::duration<double> parseDuration(std::string_view flag, std::string_view text,
                                            DurationRange range = {});

// Declares flags that belong to no collector; before main().
void declareFlags(const std::vector<FlagDefinition>& flags);
const std::vector<FlagDefinition>& declaredFlags();

// The values of all declared flags, and which collectors run. Asking for a flag that nobody has
// declared is a mistake in the program (std::logic_error); a value that is not of the flag's kind,
// or out of its range, is refused with a StartError that names the flag, whether its collector runs
// or not.
class Flags {
 public:
  // All flags at their defaults.
  Flags();
  // The same with some values given, as on a command line: {{"collector.cpu.info", "true"}}.
  explicit Flags(std::initializer_list<std::pair<std::string, std::string>> given);

  // As if the flag had come on the command line; a list grows, others are replaced. Throws
  // StartError.
  void give(const std::string& name, const std::string& value);
  void enableCollector(const std::string& collector, bool enabled);

  bool given(std::string_view name) const;
  // Of a kText or kPattern.
  const std::string& text(std::string_view name) const;
  bool enabled(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::chrono::duration<double> duration(std::string_view name) const;
  bool collectorEnabled(std::string_view collector) const;

 private:
  struct Value {
    const FlagDefinition* definition;  // of the collector, so as long-lived as the program
    std::vector<std::string> values;
    bool given = false;
  };
  void setToDefault(const FlagDefinition& flag);
  const Value& find(std::string_view name) const;
  const Value& find(std::string_view name, FlagKind kind) const;

  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, bool, std::less<>> collectors_;
};

}  // namespace orchestrator_exporter
