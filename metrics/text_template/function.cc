#include "metrics/text_template/function.h"

#include <algorithm>

#include "metrics/text_template/escapes.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

using Arguments = std::span<const Value>;

[[noreturn]] void fail(const std::string& reason) { throw CallError(reason); }

// Integers of all types are alike.
Value basic(const Value& value) {
  const std::int64_t* const whole = wholeNumberOf(value);
  return whole ? Value(*whole) : value;
}

bool isBasic(const Value& value) {
  return std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) ||
         std::holds_alternative<double>(value) || std::holds_alternative<std::string>(value);
}

[[noreturn]] void refuseComparison(const Value& a, const Value& b) {
  fail("incompatible types for comparison: " + std::string(typeName(a)) + " and " +
       std::string(typeName(b)));
}

// Of what a pointer leads to.
std::string typeBehindPointer(const Value& value) {
  const std::string_view name = typeName(value);
  return std::string(name.substr(name.starts_with('*') ? 1 : 0));
}

bool equal(const Value& first, const Value& second) {
  const Value a = basic(first);
  const Value b = basic(second);
  const bool oneIsMissing =
      std::holds_alternative<Missing>(a) || std::holds_alternative<Missing>(b);
  if (oneIsMissing) return a.index() == b.index();
  if (std::holds_alternative<Time>(a) && a.index() == b.index()) return a == b;
  if (!isBasic(a) || !isBasic(b)) {
    fail("non-comparable type " + printed(a) + ": " + std::string(typeName(a)));
  }
  if (a.index() != b.index()) refuseComparison(first, second);
  return a == b;
}

bool less(const Value& first, const Value& second) {
  const Value a = basic(first);
  const Value b = basic(second);
  if (!isBasic(a) || !isBasic(b)) fail("invalid type for comparison");
  if (a.index() != b.index()) refuseComparison(first, second);
  if (std::holds_alternative<bool>(a)) fail("invalid type for comparison");
  return a < b;
}

Value isEqual(Arguments of, const Context*) {
  if (of.size() < 2) fail("missing argument for comparison");
  return std::any_of(of.begin() + 1, of.end(),
                     [&](const Value& other) { return equal(of[0], other); });
}

Value isUnequal(Arguments of, const Context*) { return !equal(of[0], of[1]); }
Value isLess(Arguments of, const Context*) { return less(of[0], of[1]); }
Value isGreater(Arguments of, const Context*) {
  return !less(of[0], of[1]) && !equal(of[0], of[1]);
}
Value isAtMost(Arguments of, const Context*) { return less(of[0], of[1]) || equal(of[0], of[1]); }
Value isAtLeast(Arguments of, const Context*) { return !less(of[0], of[1]); }

Value negation(Arguments of, const Context*) { return !isTrue(of[0]); }

// Of a text, list or map; nullopt of anything else.
std::optional<std::size_t> sizeOf(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size();
  if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    return (*list)->items.size();
  }
  if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&value)) {
    return (*map)->entries.size();
  }
  return std::nullopt;
}

Value length(Arguments of, const Context*) {
  const auto size = sizeOf(of[0]);
  if (!size) fail("len of type " + typeBehindPointer(of[0]));
  return static_cast<std::int64_t>(*size);
}

Value elementOf(const Value& container, const Value& place) {
  if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&container)) {
    const auto* key = std::get_if<std::string>(&place);
    if (key == nullptr) {
      fail("value has type " + std::string(typeName(place)) + "; should be string");
    }
    const Value* entry = (*map)->find(*key);
    if (entry != nullptr) return *entry;
    // Of a map of texts what is not there is the empty text.
    return (*map)->type == "map[string]string" ? Value(std::string()) : (*map)->zero;
  }
  if (std::holds_alternative<Missing>(container)) fail("index of untyped nil");
  const auto size = sizeOf(container);
  if (!size) fail("can't index item of type " + typeBehindPointer(container));
  const std::int64_t* const number = wholeNumberOf(place);
  if (number == nullptr) {
    fail("cannot index slice/array with type " + std::string(typeName(place)));
  }
  if (*number < 0 || static_cast<std::size_t>(*number) > *size) {
    fail("index out of range: " + std::to_string(*number));
  }
  const auto at = static_cast<std::size_t>(*number);
  const auto* text = std::get_if<std::string>(&container);
  if (at == *size)
    fail(text ? "reflect: string index out of range" : "reflect: slice index out of range");
  if (text) return std::int64_t{static_cast<unsigned char>((*text)[at])};
  return std::get<std::shared_ptr<const List>>(container)->items[at];
}

Value index(Arguments of, const Context*) {
  Value found = of[0];
  for (const Value& place : of.subspan(1)) found = elementOf(found, place);
  return found;
}

Value slice(Arguments of, const Context*) {
  const auto* text = std::get_if<std::string>(&of[0]);
  const auto* list = std::get_if<std::shared_ptr<const List>>(&of[0]);
  if (of.size() > 4) fail("too many slice indexes: " + std::to_string(of.size() - 1));
  if (of.size() > 3 && text) fail("cannot 3-index slice a string");
  if (text == nullptr && list == nullptr) {
    fail("can't slice item of type " + typeBehindPointer(of[0]));
  }
  const auto size = static_cast<std::int64_t>(*sizeOf(of[0]));
  std::int64_t bounds[] = {0, size, size};
  for (std::size_t i = 1; i < of.size(); ++i) {
    const std::int64_t* const bound = wholeNumberOf(of[i]);
    if (bound == nullptr) {
      fail("cannot index slice/array with type " + std::string(typeName(of[i])));
    }
    if (*bound < 0 || *bound > size) fail("index out of range: " + std::to_string(*bound));
    bounds[i - 1] = *bound;
  }
  if (bounds[0] > bounds[1] || bounds[1] > bounds[2]) {
    fail("invalid slice index: " + std::to_string(bounds[0]) + " > " + std::to_string(bounds[1]));
  }
  if (text) {
    return text->substr(static_cast<std::size_t>(bounds[0]),
                        static_cast<std::size_t>(bounds[1] - bounds[0]));
  }
  List part = **list;
  part.items.assign((*list)->items.begin() + bounds[0], (*list)->items.begin() + bounds[1]);
  return std::make_shared<const List>(std::move(part));
}

std::string printedOperand(const Value& value) { return formatted("%v", std::span(&value, 1)); }

// A space stands between two operands of which neither is a text.
std::string joined(Arguments of) {
  const auto isText = [&](std::size_t at) { return std::holds_alternative<std::string>(of[at]); };
  std::string text;
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (i > 0 && !isText(i - 1) && !isText(i)) text += ' ';
    text += printedOperand(of[i]);
  }
  return text;
}

Value print(Arguments of, const Context*) { return joined(of); }

Value printLine(Arguments of, const Context*) {
  std::string text;
  for (std::size_t i = 0; i < of.size(); ++i)
    text.append(i > 0 ? " " : "") += printedOperand(of[i]);
  return text + "\n";
}

Value printFormatted(Arguments of, const Context*) {
  return formatted(std::get<std::string>(of[0]), of.subspan(1));
}

template <std::string (*kEscape)(std::string_view)>
Value escaped(Arguments of, const Context*) {
  return kEscape(joined(of));
}

constexpr Function kOwn[] = {
    {"and", "aa*"},
    {"call", "aa*"},
    {"eq", "aa*", isEqual},
    {"ge", "aa", isAtLeast},
    {"gt", "aa", isGreater},
    {"html", "a*", escaped<escapedForHtml>},
    {"index", "aa*", index},
    {"js", "a*", escaped<escapedForJavaScript>},
    {"le", "aa", isAtMost},
    {"len", "a", length},
    {"lt", "aa", isLess},
    {"ne", "aa", isUnequal},
    {"not", "a", negation},
    {"or", "aa*"},
    {"print", "a*", print},
    {"printf", "sa*", printFormatted},
    {"println", "a*", printLine},
    {"slice", "aa*", slice},
    {"urlquery", "a*", escaped<escapedForQuery>},
};

const Function* findIn(std::span<const Function> functions, std::string_view name) {
  const auto at = std::find_if(functions.begin(), functions.end(),
                               [name](const Function& known) { return known.name == name; });
  return at == functions.end() ? nullptr : &*at;
}

}  // namespace

const Function* Functions::find(std::string_view name) const {
  const Function* const own = findIn(own_, name);
  return own ? own : findIn(kOwn, name);
}

}  // namespace orchestrator_exporter::text_template
