#include "metrics/base/words.h"

#include <algorithm>

namespace orchestrator_exporter {

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

}  // namespace orchestrator_exporter
