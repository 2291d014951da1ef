#include "metrics/group_template.h"

#include <re2/re2.h>

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kNoGroup = static_cast<std::size_t>(-1);

bool isWord(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// `1`, `name` or `{name}` at the start of the text, which loses it; empty if there is none.
std::string_view takeName(std::string_view& text) {
  const bool braces = text.starts_with('{');
  std::size_t end = braces ? 1 : 0;
  while (end < text.size() && isWord(text[end])) ++end;
  const std::string_view name = text.substr(braces ? 1 : 0, end - (braces ? 1 : 0));
  if (name.empty() || (braces && (end == text.size() || text[end] != '}'))) return {};
  text.remove_prefix(braces ? end + 1 : end);
  return name;
}

// A number is written without zeros before it; anything else is a name.
std::size_t groupOf(std::string_view name, const re2::RE2& expression) {
  const bool isNumber = name.find_first_not_of("0123456789") == std::string_view::npos &&
                        (name.size() == 1 || name.front() != '0');
  if (!isNumber) {
    const auto& named = expression.NamedCapturingGroups();
    const auto found = named.find(std::string(name));
    return found == named.end() ? kNoGroup : static_cast<std::size_t>(found->second);
  }
  std::size_t number = 0;
  for (const char c : name) {
    number = number * 10 + static_cast<std::size_t>(c - '0');
    if (number > 1000) return kNoGroup;
  }
  return number;
}

}  // namespace

GroupTemplate::GroupTemplate(std::string_view text, const re2::RE2& expression) {
  std::string literal;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    literal += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      literal += '$';
      text.remove_prefix(1);
    } else if (const auto name = takeName(text); name.empty()) {
      literal += '$';
    } else {
      parts_.push_back({std::move(literal), groupOf(name, expression)});
      literal.clear();
    }
  }
  parts_.push_back({std::move(literal), kNoGroup});
}

std::string GroupTemplate::expand(std::span<const re2::StringPiece> groups) const {
  std::string out;
  for (const auto& [literal, group] : parts_) {
    out += literal;
    if (group < groups.size()) out.append(groups[group].data(), groups[group].size());
  }
  return out;
}

}  // namespace orchestrator_exporter
