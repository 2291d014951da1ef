#include "metrics/text_template/value.h"

#include <algorithm>

#include "metrics/base/number_format.h"
#include "metrics/text_template/time_layout.h"

namespace orchestrator_exporter::text_template {

namespace {

struct Printer {
  std::string operator()(Missing) const { return "<no value>"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    TextBuffer text;
    appendBound(text, value, false);
    return std::string(text.view());
  }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const std::shared_ptr<const List>& list) const {
    if (list->text) return list->text(*list);
    std::string text = "[";
    for (const Value& item : list->items) text.append(text.size() > 1 ? " " : "") += inner(item);
    return text + "]";
  }
  std::string operator()(const std::shared_ptr<const Map>& map) const {
    if (map->text) return map->text(*map);
    std::string text = "map";
    for (const auto& [key, value] : map->entries) {
      text.append(text.size() > 3 ? " " : "[").append(key).append(":") += inner(value);
    }
    return text + (map->entries.empty() ? "[]" : "]");
  }
  std::string operator()(const Time& time) const { return formattedTime(time, kDefaultLayout); }
  std::string operator()(const NamedInteger& integer) const {
    return integer.type->text(integer.number);
  }
  std::string operator()(const std::shared_ptr<const Object>& object) const {
    return object->printed();
  }

  // Within a list or map.
  static std::string inner(const Value& value) {
    return std::holds_alternative<Missing>(value) ? "<nil>" : printed(value);
  }
};

}  // namespace

const Value* Map::find(std::string_view key) const {
  const auto at = std::lower_bound(
      entries.begin(), entries.end(), key,
      [](const Entry& entry, std::string_view wanted) { return entry.first < wanted; });
  return at != entries.end() && at->first == key ? &at->second : nullptr;
}

std::string printed(const Value& value) { return std::visit(Printer{}, value); }

const std::int64_t* wholeNumberOf(const Value& value) {
  const auto* named = std::get_if<NamedInteger>(&value);
  return named ? &named->number : std::get_if<std::int64_t>(&value);
}

bool isTrue(const Value& value) {
  struct Truth {
    bool operator()(Missing) const { return false; }
    bool operator()(bool given) const { return given; }
    bool operator()(std::int64_t number) const { return number != 0; }
    bool operator()(double number) const { return number != 0; }
    bool operator()(const std::string& text) const { return !text.empty(); }
    bool operator()(const std::shared_ptr<const List>& list) const { return !list->items.empty(); }
    bool operator()(const std::shared_ptr<const Map>& map) const { return !map->entries.empty(); }
    bool operator()(const Time&) const { return true; }
    bool operator()(const NamedInteger& integer) const { return integer.number != 0; }
    bool operator()(const std::shared_ptr<const Object>&) const { return true; }
  };
  return std::visit(Truth{}, value);
}

std::string_view typeName(const Value& value) {
  struct Namer {
    std::string_view operator()(Missing) const { return "<nil>"; }
    std::string_view operator()(bool) const { return "bool"; }
    std::string_view operator()(std::int64_t) const { return "int"; }
    std::string_view operator()(double) const { return "float64"; }
    std::string_view operator()(const std::string&) const { return "string"; }
    std::string_view operator()(const std::shared_ptr<const List>& list) const {
      return list->type;
    }
    std::string_view operator()(const std::shared_ptr<const Map>& map) const { return map->type; }
    std::string_view operator()(const Time& time) const {
      return time.isPointer ? "*time.Time" : "time.Time";
    }
    std::string_view operator()(const NamedInteger& integer) const { return integer.type->name; }
    std::string_view operator()(const std::shared_ptr<const Object>& object) const {
      return object->type();
    }
  };
  return std::visit(Namer{}, value);
}

}  // namespace orchestrator_exporter::text_template
