#include "exporter/configuration/key.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::configuration {

namespace {

Key define(std::string name, Kind kind, std::string defaultValue, std::string help) {
  Key key;
  key.name = std::move(name);
  key.kind = kind;
  key.defaultValue = std::move(defaultValue);
  key.help = std::move(help);
  return key;
}

// A function, because features register from other files before main().
std::vector<MakeBlocks>& declared() {
  static std::vector<MakeBlocks> all;
  return all;
}

Key* find(std::vector<Key>& keys, const std::string& name) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

Key::Check both(Key::Check first, Key::Check second) {
  if (!first || !second) return first ? std::move(first) : std::move(second);
  return
      [first = std::move(first), second = std::move(second)](const Value& value, Faults& faults) {
        first(value, faults);
        second(value, faults);
      };
}

void merge(Key& block, const Key& part) {
  for (const Key& key : part.keys) {
    const bool isMap = block.kind == Kind::kMap && part.kind == Kind::kMap;
    if (!isMap || find(block.keys, key.name) != nullptr) {
      throw std::logic_error("declared twice: " + block.name + "." + key.name);
    }
    block.keys.push_back(key);
  }
  if (block.help.empty()) block.help = part.help;
  block.check = both(block.check, part.check);
}

}  // namespace

Key textKey(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), Kind::kText, std::move(defaultValue), std::move(help));
}

Key secretKey(std::string name, std::string help) {
  return define(std::move(name), Kind::kSecret, {}, std::move(help));
}

Key pathKey(std::string name, std::string defaultValue, std::string help) {
  return define(std::move(name), Kind::kPath, std::move(defaultValue), std::move(help));
}

Key choiceKey(std::string name, std::string defaultValue, std::vector<std::string> choices,
              std::string help) {
  Key key = define(std::move(name), Kind::kChoice, std::move(defaultValue), std::move(help));
  key.choices = std::move(choices);
  return key;
}

Key switchKey(std::string name, bool defaultValue, std::string help) {
  return define(std::move(name), Kind::kSwitch, defaultValue ? "true" : "false", std::move(help));
}

Key integerKey(std::string name, std::string defaultValue, IntegerRange range, std::string help) {
  Key key = define(std::move(name), Kind::kInteger, std::move(defaultValue), std::move(help));
  key.integers = range;
  return key;
}

Key numberKey(std::string name, std::string defaultValue, NumberRange range, std::string help) {
  Key key = define(std::move(name), Kind::kNumber, std::move(defaultValue), std::move(help));
  key.numbers = range;
  return key;
}

Key durationKey(std::string name, std::string defaultValue, DurationRange range, std::string help) {
  Key key = define(std::move(name), Kind::kDuration, std::move(defaultValue), std::move(help));
  key.durations = range;
  return key;
}

Key sizeKey(std::string name, std::string defaultValue, IntegerRange range, std::string help) {
  Key key = define(std::move(name), Kind::kSize, std::move(defaultValue), std::move(help));
  key.integers = range;
  return key;
}

Key listKey(std::string name, Key element, std::string help) {
  Key key = define(std::move(name), Kind::kList, {}, std::move(help));
  key.keys.push_back(std::move(element));
  return key;
}

Key namedKey(std::string name, Key element, std::string help) {
  Key key = define(std::move(name), Kind::kNamed, {}, std::move(help));
  key.keys.push_back(std::move(element));
  return key;
}

Key mapKey(std::string name, std::vector<Key> keys, std::string help) {
  Key key = define(std::move(name), Kind::kMap, {}, std::move(help));
  key.keys = std::move(keys);
  return key;
}

Key required(Key key) {
  key.required = true;
  return key;
}

Key fixed(Key key) {
  key.fixed = true;
  return key;
}

Key checked(Key key, Key::Check check) {
  key.check = both(std::move(key.check), std::move(check));
  return key;
}

void declareBlocks(MakeBlocks blocks) { declared().push_back(blocks); }

std::vector<Key> declaredBlocks() {
  std::vector<Key> blocks;
  for (const MakeBlocks make : declared()) {
    for (Key& part : make()) {
      Key* const known = find(blocks, part.name);
      if (known == nullptr) {
        blocks.push_back(std::move(part));
      } else {
        merge(*known, part);
      }
    }
  }
  std::sort(blocks.begin(), blocks.end(),
            [](const Key& a, const Key& b) { return a.name < b.name; });
  return blocks;
}

}  // namespace orchestrator_exporter::configuration
