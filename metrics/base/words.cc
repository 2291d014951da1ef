#include "metrics/base/words.h"

#include <algorithm>
#include <iterator>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kUnicodeSpaces[] = {
    " ",      "\t",     "\n",     "\r",     "\v",     "\f",     "\u0085", "\u00a0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
    "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

std::size_t unicodeSpaceBehind(std::string_view text) {
  const auto found =
      std::ranges::find_if(kUnicodeSpaces, [text](auto space) { return text.ends_with(space); });
  return found == std::end(kUnicodeSpaces) ? 0 : found->size();
}

}  // namespace

std::string_view takeWord(std::string_view& text) {
  constexpr std::string_view kBetween = " \t\n";
  const std::size_t begin = text.find_first_not_of(kBetween);
  if (begin == std::string_view::npos) {
    text = {};
    return {};
  }
  const std::size_t end = text.find_first_of(kBetween, begin);
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  return word;
}

std::string_view withoutOuterSpace(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

std::size_t unicodeSpaceAt(std::string_view text) {
  const auto found =
      std::ranges::find_if(kUnicodeSpaces, [text](auto space) { return text.starts_with(space); });
  return found == std::end(kUnicodeSpaces) ? 0 : found->size();
}

std::string_view withoutOuterUnicodeSpace(std::string_view text) {
  while (const std::size_t size = unicodeSpaceAt(text)) text.remove_prefix(size);
  while (const std::size_t size = unicodeSpaceBehind(text)) text.remove_suffix(size);
  return text;
}

}  // namespace orchestrator_exporter
