#include "tests/support/mutations.h"

#include <algorithm>
#include <array>

namespace orchestrator_exporter {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string withNumbersAs(std::string_view content, std::string_view replacement) {
  std::string changed;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (!isDigit(content[i])) {
      changed.push_back(content[i]);
    } else if (i == 0 || !isDigit(content[i - 1])) {
      changed += replacement;
    }
  }
  return changed;
}

template <typename IsDoubled>
std::string withLinesDoubled(std::string_view content, IsDoubled isDoubled) {
  const std::vector<std::string_view> lines = linesOf(content);
  std::string changed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    changed += lines[i];
    if (isDoubled(i, lines.size())) changed += lines[i];
  }
  return changed;
}

std::string withInTheMiddle(std::string_view content, std::string_view bytes) {
  const std::size_t middle = content.size() / 2;
  return std::string(content.substr(0, middle)).append(bytes).append(content.substr(middle));
}

std::string withBlanksAs(std::string_view content, char replacement) {
  std::string changed(content);
  std::replace(changed.begin(), changed.end(), ' ', replacement);
  return changed;
}

using Text = std::string_view;

constexpr std::array<Mutation, 19> kMutations = {{
    {"empty", [](Text) { return std::string(); }},
    {"blank", [](Text) { return std::string("\n"); }},
    {"truncated", [](Text c) { return std::string(c.substr(0, c.size() / 2)); }},
    {"without its last byte",
     [](Text c) { return std::string(c.substr(0, std::max<std::size_t>(c.size(), 1) - 1)); }},
    {"first line doubled",
     [](Text c) { return withLinesDoubled(c, [](auto i, auto) { return i == 0; }); }},
    {"last line doubled",
     [](Text c) { return withLinesDoubled(c, [](auto i, auto n) { return i + 1 == n; }); }},
    {"every line doubled",
     [](Text c) { return withLinesDoubled(c, [](auto, auto) { return true; }); }},
    {"numbers as words", [](Text c) { return withNumbersAs(c, "word"); }},
    {"numbers missing", [](Text c) { return withNumbersAs(c, ""); }},
    {"negative numbers", [](Text c) { return withNumbersAs(c, "-1"); }},
    {"largest numbers of 64 bits", [](Text c) { return withNumbersAs(c, "18446744073709551615"); }},
    {"numbers of 40 digits",
     [](Text c) { return withNumbersAs(c, "9999999999999999999999999999999999999999"); }},
    {"numbers beyond doubles", [](Text c) { return withNumbersAs(c, "1e999"); }},
    {"NUL in the middle", [](Text c) { return withInTheMiddle(c, Text("\0", 1)); }},
    {"NUL for blanks", [](Text c) { return withBlanksAs(c, '\0'); }},
    {"bytes that are no UTF-8", [](Text c) { return withInTheMiddle(c, "\xFF\xFE\xC3"); }},
    {"no UTF-8 for blanks", [](Text c) { return withBlanksAs(c, '\xA0'); }},
    {"quotes in the middle", [](Text c) { return withInTheMiddle(c, "\"\\\r\"{}"); }},
    {"all on one line",
     [](Text c) {
       std::string changed(c);
       std::replace(changed.begin(), changed.end(), '\n', ' ');
       return changed;
     }},
}};

constexpr std::array<Mutation, 6> kLineMutations = {{
    {"taken out", [](Text) { return std::string(); }},
    {"blank", [](Text) { return std::string("\n"); }},
    {"cut in half", [](Text l) { return std::string(l.substr(0, l.size() / 2)) + "\n"; }},
    {"of no sense", [](Text) { return std::string("no such thing\n"); }},
    {"with words for numbers", [](Text l) { return withNumbersAs(l, "word"); }},
    {"with numbers beyond 64 bits",
     [](Text l) { return withNumbersAs(l, "99999999999999999999"); }},
}};

// Where the run of characters of one kind that begins at `begin` ends.
template <typename IsKind>
std::size_t endOfRun(std::string_view line, std::size_t begin, IsKind isKind) {
  while (begin < line.size() && isKind(line[begin])) ++begin;
  return begin;
}

// A double holds no more digits, so that a change of the last of many would not be seen.
constexpr std::size_t kDigitsOfDouble = 15;

std::string withOtherNumber(std::string_view line, std::size_t begin, std::size_t end) {
  std::string changed(line);
  char& digit = changed[end - begin > kDigitsOfDouble ? begin : end - 1];
  digit = digit == '9' ? '1' : static_cast<char>(digit + 1);
  return changed;
}

template <typename Item>
std::vector<Item> someOf(std::vector<Item> items) {
  constexpr std::size_t kMost = 40;
  if (items.size() <= kMost) return items;
  std::vector<Item> some;
  for (std::size_t i = 0; i < kMost; ++i) some.push_back(items[i * items.size() / kMost]);
  return some;
}

}  // namespace

std::span<const Mutation> contentMutations() { return kMutations; }

std::span<const Mutation> lineMutations() { return kLineMutations; }

std::vector<std::string_view> linesOf(std::string_view content) {
  std::vector<std::string_view> lines;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size() - 1) + 1;
    lines.push_back(content.substr(0, end));
    content.remove_prefix(end);
  }
  return lines;
}

std::vector<std::string> lineVariants(std::string_view line) {
  std::vector<std::string> variants;
  for (std::size_t at = 0; at < line.size();) {
    if (isDigit(line[at])) {
      const std::size_t end = endOfRun(line, at, isDigit);
      variants.push_back(withOtherNumber(line, at, end));
      at = end;
    } else if (isLetter(line[at])) {
      at = endOfRun(line, at, isLetter);
      variants.push_back(std::string(line).insert(at, 1, 'x'));
    } else {
      ++at;
    }
  }
  if (variants.empty()) variants.push_back("x" + std::string(line));
  return someOf(std::move(variants));
}

}  // namespace orchestrator_exporter
