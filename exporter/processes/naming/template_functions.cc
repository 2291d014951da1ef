#include "exporter/processes/naming/template_functions.h"

#include "exporter/processes/naming/template_format.h"

namespace orchestrator_exporter {

namespace {

using Arguments = std::vector<TemplateValue>;
using Result = std::optional<TemplateValue>;

// nullopt if the two cannot be compared.
std::optional<bool> equal(const TemplateValue& a, const TemplateValue& b) {
  const auto missing = [](const TemplateValue& value) {
    return std::holds_alternative<TemplateMissing>(value);
  };
  if (missing(a) || missing(b)) return missing(a) == missing(b);
  if (a.index() != b.index()) return std::nullopt;
  if (std::holds_alternative<TemplateList>(a) || std::holds_alternative<TemplateMap>(a)) {
    return std::nullopt;
  }
  return a == b;
}

std::optional<bool> less(const TemplateValue& a, const TemplateValue& b) {
  if (a.index() != b.index()) return std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(&a)) {
    return *number < std::get<std::int64_t>(b);
  }
  if (const auto* text = std::get_if<std::string>(&a)) return *text < std::get<std::string>(b);
  return std::nullopt;
}

Result isEqual(const Arguments& of) {
  if (of.size() < 2) return std::nullopt;
  for (std::size_t i = 1; i < of.size(); ++i) {
    const auto same = equal(of[0], of[i]);
    if (!same) return std::nullopt;
    if (*same) return true;
  }
  return false;
}

Result isUnequal(const Arguments& of) {
  if (of.size() != 2) return std::nullopt;
  const auto same = equal(of[0], of[1]);
  return same ? Result(!*same) : std::nullopt;
}

// Whether the first is less than the second, with both swapped or the answer turned round.
template <bool kSwapped, bool kNegated>
Result isLess(const Arguments& of) {
  if (of.size() != 2) return std::nullopt;
  const auto answer = kSwapped ? less(of[1], of[0]) : less(of[0], of[1]);
  return answer ? Result(*answer != kNegated) : std::nullopt;
}

Result negation(const Arguments& of) {
  return of.size() == 1 ? Result(!isTrue(of[0])) : std::nullopt;
}

Result length(const Arguments& of) {
  if (of.size() != 1) return std::nullopt;
  const auto size = [](const auto& all) { return static_cast<std::int64_t>(all.size()); };
  if (const auto* text = std::get_if<std::string>(&of[0])) return size(*text);
  if (const auto* list = std::get_if<TemplateList>(&of[0])) return size(*list);
  if (const auto* map = std::get_if<TemplateMap>(&of[0])) return size(*map);
  return std::nullopt;
}

Result elementOf(const TemplateValue& container, const TemplateValue& place) {
  if (const auto* map = std::get_if<TemplateMap>(&container)) {
    const auto* key = std::get_if<std::string>(&place);
    if (key == nullptr) return std::nullopt;
    const auto entry = map->find(*key);
    return entry == map->end() ? std::string() : entry->second;
  }
  const auto* number = std::get_if<std::int64_t>(&place);
  if (number == nullptr || *number < 0) return std::nullopt;
  const auto at = static_cast<std::size_t>(*number);
  if (const auto* list = std::get_if<TemplateList>(&container); list && at < list->size()) {
    return (*list)[at];
  }
  if (const auto* text = std::get_if<std::string>(&container); text && at < text->size()) {
    return std::int64_t{static_cast<unsigned char>((*text)[at])};
  }
  return std::nullopt;
}

Result index(const Arguments& of) {
  if (of.empty()) return std::nullopt;
  Result found = of[0];
  for (std::size_t i = 1; found && i < of.size(); ++i) found = elementOf(*found, of[i]);
  return found;
}

Result slice(const Arguments& of) {
  if (of.empty() || of.size() > 3) return std::nullopt;
  const auto* text = std::get_if<std::string>(&of[0]);
  const auto* list = std::get_if<TemplateList>(&of[0]);
  if (text == nullptr && list == nullptr) return std::nullopt;
  const auto size = static_cast<std::int64_t>(text ? text->size() : list->size());
  std::int64_t bounds[2] = {0, size};
  for (std::size_t i = 1; i < of.size(); ++i) {
    const auto* bound = std::get_if<std::int64_t>(&of[i]);
    if (bound == nullptr) return std::nullopt;
    bounds[i - 1] = *bound;
  }
  if (bounds[0] < 0 || bounds[0] > bounds[1] || bounds[1] > size) return std::nullopt;
  if (text) {
    return text->substr(static_cast<std::size_t>(bounds[0]),
                        static_cast<std::size_t>(bounds[1] - bounds[0]));
  }
  return TemplateList(list->begin() + bounds[0], list->begin() + bounds[1]);
}

// A space stands between two operands of which neither is a text.
Result print(const Arguments& of) {
  const auto isText = [&](std::size_t at) { return std::holds_alternative<std::string>(of[at]); };
  std::string text;
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (i > 0 && !isText(i - 1) && !isText(i)) text += ' ';
    text += printed(of[i]);
  }
  return text;
}

Result printLine(const Arguments& of) {
  std::string text;
  for (std::size_t i = 0; i < of.size(); ++i) text.append(i > 0 ? " " : "").append(printed(of[i]));
  return text + "\n";
}

Result printFormatted(const Arguments& of) {
  const auto* format = of.empty() ? nullptr : std::get_if<std::string>(&of[0]);
  if (format == nullptr) return std::nullopt;
  return formatted(*format, {of.begin() + 1, of.end()});
}

struct Named {
  std::string_view name;
  TemplateFunction function;
};

constexpr Named kFunctions[] = {
    {"eq", isEqual},
    {"ge", isLess<false, true>},
    {"gt", isLess<true, false>},
    {"index", index},
    {"le", isLess<true, true>},
    {"len", length},
    {"lt", isLess<false, false>},
    {"ne", isUnequal},
    {"not", negation},
    {"print", print},
    {"printf", printFormatted},
    {"println", printLine},
    {"slice", slice},
};

}  // namespace

TemplateFunction findTemplateFunction(std::string_view name) {
  for (const Named& known : kFunctions) {
    if (known.name == name) return known.function;
  }
  return nullptr;
}

}  // namespace orchestrator_exporter
