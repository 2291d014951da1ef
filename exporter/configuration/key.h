#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "exporter/configuration/faults.h"
#include "exporter/host/flags.h"

namespace orchestrator_exporter::configuration {

class Value;

// What a key of the configuration file takes.
enum class Kind : std::uint8_t {
  kText,
  kSecret,    // a text that is never shown
  kPath,      // a text; a relative one is below the file's directory
  kChoice,    // one of some words
  kSwitch,    // true or false
  kInteger,   // a whole number
  kNumber,    // any number
  kDuration,  // as Prometheus writes them: 1h30m, 15s, 1y
  kSize,      // bytes, with a unit of powers of 1024: 512MB, 2GB
  kList,      // of elements that are all of one kind
  kMap,       // of known keys
  kNamed,     // a map of keys that the writer chooses, with values of one kind
};

struct NumberRange {
  double least = std::numeric_limits<double>::lowest();
  double most = std::numeric_limits<double>::max();
};

// One key of the file, whole: the reader, the page of the documentation and the messages are made
// of it. A feature declares the blocks it reads (keys at the top of the file) beside its flags.
struct Key {
  using Check = std::function<void(const Value&, Faults&)>;

  std::string name;  // of an element: empty
  Kind kind = Kind::kText;
  std::string defaultValue = {};  // as it would be written; empty: nothing, which given() tells
  std::string help = {};
  IntegerRange integers = {};             // of kInteger; of kSize the bytes
  DurationRange durations = {};           // of kDuration
  NumberRange numbers = {};               // of kNumber
  std::vector<std::string> choices = {};  // of kChoice
  std::vector<Key> keys = {};             // of kMap; of kList and kNamed the one kind of element
  bool required = false;
  bool fixed = false;  // a new value takes effect at the next start, not at a reload
  Check check = {};    // of what no single value shows; called for a value without a fault
};

Key textKey(std::string name, std::string defaultValue, std::string help);
Key secretKey(std::string name, std::string help);
Key pathKey(std::string name, std::string defaultValue, std::string help);
Key choiceKey(std::string name, std::string defaultValue, std::vector<std::string> choices,
              std::string help);
Key switchKey(std::string name, bool defaultValue, std::string help);
Key integerKey(std::string name, std::string defaultValue, IntegerRange range, std::string help);
Key numberKey(std::string name, std::string defaultValue, NumberRange range, std::string help);
Key durationKey(std::string name, std::string defaultValue, DurationRange range, std::string help);
Key sizeKey(std::string name, std::string defaultValue, IntegerRange range, std::string help);
// Without anything given it is empty.
Key listKey(std::string name, Key element, std::string help);
Key namedKey(std::string name, Key element, std::string help);
// Without anything given its keys have their defaults.
Key mapKey(std::string name, std::vector<Key> keys, std::string help);

Key required(Key key);
Key fixed(Key key);
Key checked(Key key, Key::Check check);

// Makes the keys when somebody asks for them: the file is read seldom, and the keys are many.
using MakeBlocks = std::vector<Key> (*)();

// Declares blocks before main(), for features and for what belongs to no feature. Blocks that are
// maps may be declared in parts: the keys of all parts are the block's.
void declareBlocks(MakeBlocks blocks);
// By name, made for the caller. Throws std::logic_error if two declared the same key.
std::vector<Key> declaredBlocks();

}  // namespace orchestrator_exporter::configuration
