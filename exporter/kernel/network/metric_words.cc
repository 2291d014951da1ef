#include "exporter/kernel/network/metric_words.h"

#include <algorithm>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPlain =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

}  // namespace

std::string metricWords(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_not_of(kPlain), text.size());
    std::string_view word = text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) word = word.substr(0, word.find_last_not_of('_') + 1);
    words += word;
    if (text.empty()) break;
    words += '_';
    text.remove_prefix(std::min(text.find_first_of(kPlain), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of('_'), text.size()));
  }
  return words;
}

std::string replaceWord(std::string_view text, std::string_view word, std::string_view by) {
  std::string replaced;
  std::size_t at = 0;
  while (at < text.size()) {
    const bool afterUnderscore = text[at] == '_';
    const std::size_t begin = at + (afterUnderscore ? 1 : 0);
    const std::size_t end = begin + word.size();
    const bool found = (afterUnderscore || at == 0) && text.substr(begin).starts_with(word) &&
                       (end == text.size() || text[end] == '_');
    if (!found) {
      replaced += text[at++];
      continue;
    }
    replaced += text.substr(at, begin - at);
    replaced += by;
    replaced += text.substr(end, 1);
    at = end + 1;
  }
  return replaced;
}

}  // namespace orchestrator_exporter
