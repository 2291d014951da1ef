#include "exporter/kernel/attribute.h"

#include <limits>
#include <string>

namespace exporter {

namespace {

struct Digits {
  std::string_view text;
  int base = 10;
  bool afterPrefix = false;  // an underscore may come first
};

Digits withoutPrefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return {text};
  switch (text[1] | 0x20) {
    case 'x':
      return {text.substr(2), 16, true};
    case 'o':
      return {text.substr(2), 8, true};
    case 'b':
      return {text.substr(2), 2, true};
    default:
      return {text.substr(1), 8, true};
  }
}

// The digits without the underscores between them; empty where one stands elsewhere.
std::string joinDigits(const Digits& digits) {
  std::string joined;
  bool digitBefore = digits.afterPrefix;
  for (const char c : digits.text) {
    if (c == '_' && !digitBefore) return {};
    digitBefore = c != '_';
    if (digitBefore) joined.push_back(c);
  }
  return digitBefore ? joined : std::string();
}

}  // namespace

std::optional<std::string_view> readAttribute(Kernel& kernel, std::string_view path,
                                              std::initializer_list<int> tolerated) {
  const auto file = kernel.read(path, tolerated);
  if (!file) return std::nullopt;
  return trim(file->text.substr(0, kAttributeBytes));
}

std::optional<std::string_view> readRawAttribute(Kernel& kernel, std::string_view path) {
  const auto file = kernel.readIfPossible(path);
  if (!file) return std::nullopt;
  return file->text.substr(0, kAttributeBytes);
}

std::optional<std::int64_t> parseLiteral(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const Digits digits = withoutPrefix(text);
  const auto magnitude = parseUnsigned(joinDigits(digits), digits.base);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (!magnitude || *magnitude > kMost + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

}  // namespace exporter
