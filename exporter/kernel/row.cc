#include "exporter/kernel/row.h"

#include <array>
#include <string>

namespace orchestrator_exporter {

namespace {

constexpr std::array<bool, 256> kBlanks = [] {
  std::array<bool, 256> table{};
  for (const unsigned char blank : {' ', '\t', '\r', '\v', '\f'}) table[blank] = true;
  return table;
}();

constexpr bool isBlank(char c) { return kBlanks[static_cast<unsigned char>(c)]; }

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

void Row::assign(std::size_t line, std::string_view text) {
  line_ = line;
  text_ = rest_ = text;
  words_.clear();
}

// False if there is no further word. Some rows have thousands, of which two are wanted.
bool Row::splitMore() const {
  constexpr int kAtOnce = 16;
  if (words_.capacity() == 0) words_.reserve(kAtOnce);
  const char* at = rest_.data();
  const char* const end = at + rest_.size();
  int found = 0;
  for (; found < kAtOnce; ++found) {
    while (at != end && isBlank(*at)) ++at;
    const char* const begin = at;
    while (at != end && !isBlank(*at)) ++at;
    if (at == begin) break;
    words_.emplace_back(begin, static_cast<std::size_t>(at - begin));
  }
  rest_ = {at, static_cast<std::size_t>(end - at)};
  return found != 0;
}

std::size_t Row::size() const {
  while (splitMore()) {
  }
  return words_.size();
}

std::optional<std::string_view> Row::find(std::size_t index) const {
  while (words_.size() <= index) {
    if (!splitMore()) return std::nullopt;
  }
  return words_[index];
}

std::string_view Row::word(std::size_t index) const {
  if (const auto found = find(index)) return *found;
  throw ParseError(path_, line_,
                   "expected at least " + std::to_string(index + 1) + " columns, got " +
                       std::to_string(words_.size()));
}

double Row::number(std::size_t index) const {
  const std::string_view text = word(index);
  // Whole numbers are what the kernel mostly writes, and are read faster as such.
  if (const auto whole = parseUnsigned(text)) return static_cast<double>(*whole);
  if (const auto value = parseNumber(text)) return *value;
  throw error("a number", text);
}

std::uint64_t Row::unsignedInteger(std::size_t index) const {
  if (const auto value = parseUnsigned(word(index))) return *value;
  throw error("a whole number of at most 64 bits", word(index));
}

std::int64_t Row::integer(std::size_t index) const {
  if (const auto value = parseInteger(word(index))) return *value;
  throw error("a whole number", word(index));
}

std::uint64_t Row::hexadecimal(std::size_t index) const {
  if (const auto value = parseUnsigned(word(index), 16)) return *value;
  throw error("a hexadecimal number", word(index));
}

void Rows::Iterator::advance() {
  if (rest_.empty()) {
    done_ = true;
    return;
  }
  const std::size_t end = rest_.find('\n');
  row_.assign(row_.lineNumber() + 1, rest_.substr(0, end));
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
}

}  // namespace orchestrator_exporter
