#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Go's text/template (https://pkg.go.dev/text/template, Go 1.22), as process names, rules and
// notifications use it.
namespace orchestrator_exporter::text_template {

// What does not exist: nil, or an entry that a map does not have.
struct Missing {
  auto operator<=>(const Missing&) const = default;
};

// The clocks of a place.
class Zone {
 public:
  struct Clock {
    std::chrono::seconds ahead{};  // of UTC
    std::string name;              // of what they show, such as CEST
  };
  virtual ~Zone() = default;
  virtual std::string_view name() const = 0;
  virtual Clock clockAt(std::chrono::sys_seconds time) const = 0;
};

// Go's time.Time, in milliseconds.
struct Time {
  std::chrono::sys_time<std::chrono::milliseconds> moment{};
  std::shared_ptr<const Zone> zone = {};  // null: UTC
  bool isPointer = false;                 // Go names the type *time.Time

  Time() = default;
  explicit Time(std::chrono::milliseconds sinceEpoch) : moment(sinceEpoch) {}
  Time(std::chrono::sys_time<std::chrono::milliseconds> at, std::shared_ptr<const Zone> of)
      : moment(at), zone(std::move(of)) {}
  auto operator<=>(const Time&) const = default;
};

// An integer of a type of its own, such as Go's time.Month: printed by its name, it counts and
// compares as a number.
struct IntegerType {
  std::string_view name;
  std::string (*text)(std::int64_t number);
};
struct NamedInteger {
  std::int64_t number = 0;
  const IntegerType* type = nullptr;

  auto operator<=>(const NamedInteger&) const = default;
};

struct List;
struct Map;
class Object;

// A value in a template. Integers are Go's int, doubles its float64.
using Value =
    std::variant<Missing, bool, std::int64_t, double, std::string, std::shared_ptr<const List>,
                 std::shared_ptr<const Map>, Time, NamedInteger, std::shared_ptr<const Object>>;

// A method of a list or map: nullopt if it has none of this name. Throws CallError if the arguments
// do not fit it.
using Method = std::optional<Value> (*)(const Value& self, std::string_view name,
                                        std::span<const Value> arguments);

struct List {
  std::vector<Value> items;
  std::string_view type = "[]string";  // as Go names it
  Method method = nullptr;
  std::string (*text)(const List& list) = nullptr;  // how it is printed; null: [a b]
};

// Sorted by key, each key once.
struct Map {
  using Entry = std::pair<std::string, Value>;

  std::vector<Entry> entries;
  std::string_view type = "map[string]string";
  Method method = nullptr;
  Value zero = Missing{};                         // of what is not there, if fields are asked of it
  std::string (*text)(const Map& map) = nullptr;  // how it is printed; null: map[key:value]

  // Null if there is none.
  const Value* find(std::string_view key) const;
};

// A value with fields: what Go calls a struct.
class Object {
 public:
  virtual ~Object() = default;

  // As Go names its type.
  virtual std::string_view type() const = 0;
  // A field, or what a method without arguments gives; nullopt if there is none of this name.
  virtual std::optional<Value> field(std::string_view name) const = 0;
  virtual std::string printed() const = 0;
};

// An object that somebody else keeps for as long as the value is used.
inline Value borrowed(const Object& object) {
  return std::shared_ptr<const Object>(std::shared_ptr<void>(), &object);
}

// How a template prints the value: lists as [a b], maps as map[key:value], what is missing as
// <no value>, times as 2006-01-02 15:04:05.99 +0000 UTC, doubles as 1.5 and 1e+06, objects that Go
// holds by a pointer as what they point to.
std::string printed(const Value& value);
// The whole number that a value is; null if it is none.
const std::int64_t* wholeNumberOf(const Value& value);
// False for missing, false, 0 and what is empty.
bool isTrue(const Value& value);
// As Go names the type: `string`, `float64`; `<nil>` of what is missing.
std::string_view typeName(const Value& value);

}  // namespace orchestrator_exporter::text_template
