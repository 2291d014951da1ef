#include "http/ingest/statsd/name_template.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "metrics/base/names.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr std::size_t kMissing = SIZE_MAX - 1;  // a capture that no match has

std::size_t captureOf(std::string_view number) {
  const auto value = parseUnsigned(number);
  return value && *value > 0 ? *value - 1 : kMissing;
}

std::string_view wordAtStart(std::string_view text, bool (*isPart)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), isPart);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool isDigit(char c) { return isNameDigit(c); }
bool isWordCharacter(char c) { return isNameLetter(c) || isNameDigit(c); }

// What a reference behind a dollar names, and how many bytes it has; nullopt if it is none.
std::optional<std::pair<std::string_view, std::size_t>> referenceAt(std::string_view text,
                                                                    bool (*isPart)(char),
                                                                    bool needsBraceEnd) {
  const bool hasBrace = text.starts_with('{');
  const std::string_view word = wordAtStart(text.substr(hasBrace ? 1 : 0), isPart);
  if (word.empty()) return std::nullopt;
  std::size_t size = word.size() + (hasBrace ? 1 : 0);
  const bool ends = text.substr(size).starts_with('}');
  if (hasBrace && needsBraceEnd && !ends) return std::nullopt;
  if (hasBrace && ends) ++size;
  return std::pair(word, size);
}

}  // namespace

void NameTemplate::close(std::string& text, std::size_t capture) {
  pieces_.push_back({std::exchange(text, {}), capture});
}

NameTemplate NameTemplate::ofGlob(std::string_view text) {
  NameTemplate made;
  std::string literal;
  while (!text.empty()) {
    if (text.front() == '$') {
      if (const auto reference = referenceAt(text.substr(1), isDigit, false)) {
        made.close(literal, captureOf(reference->first));
        text.remove_prefix(1 + reference->second);
        continue;
      }
    }
    literal += text.front();
    text.remove_prefix(1);
  }
  made.close(literal, Piece::kNone);
  return made;
}

NameTemplate NameTemplate::ofPattern(std::string_view text,
                                     const std::vector<std::string>& groups) {
  NameTemplate made;
  std::string literal;
  while (!text.empty()) {
    if (text.starts_with("$$")) {
      literal += '$';
      text.remove_prefix(2);
      continue;
    }
    if (text.front() == '$') {
      if (const auto reference = referenceAt(text.substr(1), isWordCharacter, true)) {
        std::size_t capture = captureOf(reference->first);
        const auto named = std::find(groups.begin(), groups.end(), reference->first);
        if (named != groups.end()) capture = static_cast<std::size_t>(named - groups.begin());
        made.close(literal, capture);
        text.remove_prefix(1 + reference->second);
        continue;
      }
    }
    literal += text.front();
    text.remove_prefix(1);
  }
  made.close(literal, Piece::kNone);
  return made;
}

std::string NameTemplate::expand(std::span<const std::string_view> captures) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (piece.capture < captures.size()) text += captures[piece.capture];
  }
  return text;
}

}  // namespace orchestrator_exporter::http::statsd
