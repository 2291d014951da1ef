#include "exporter/kernel/glob.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

bool hasMeta(std::string_view path) {
  return path.find_first_of("*?[\\") != std::string_view::npos;
}

// Takes one character, or one byte of what is not UTF-8, off the front. The bytes of a character
// make a number that orders as its code point does.
std::uint32_t takeCharacter(std::string_view& text) {
  const std::size_t length = std::max<std::size_t>(utf8SequenceLength(text), 1);
  std::uint32_t character = 0;
  for (const char c : text.substr(0, length)) {
    character = (character << 8) | static_cast<unsigned char>(c);
  }
  text.remove_prefix(length);
  return character;
}

// One end of a range in a class; nullopt if the class is broken.
std::optional<std::uint32_t> takeEnd(std::string_view& pattern) {
  if (pattern.empty() || pattern[0] == '-' || pattern[0] == ']') return std::nullopt;
  if (pattern[0] == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  const std::uint32_t end = takeCharacter(pattern);
  if (pattern.empty()) return std::nullopt;
  return end;
}

// Takes a class off the pattern, which starts after its bracket, and tells whether it has the
// character; nullopt if it is broken.
std::optional<bool> takeClass(std::string_view& pattern, std::uint32_t character) {
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool has = false;
  for (bool first = true; first || !pattern.starts_with(']'); first = false) {
    const auto low = takeEnd(pattern);
    if (!low) return std::nullopt;
    auto high = low;
    if (pattern[0] == '-') {
      pattern.remove_prefix(1);
      high = takeEnd(pattern);
      if (!high) return std::nullopt;
    }
    has |= *low <= character && character <= *high;
  }
  pattern.remove_prefix(1);
  return has != negated;
}

bool isWellFormed(std::string_view pattern) {
  while (!pattern.empty()) {
    const char c = pattern[0];
    pattern.remove_prefix(1);
    if (c == '\\') {
      if (pattern.empty()) return false;
      pattern.remove_prefix(1);
    } else if (c == '[' && !takeClass(pattern, 0)) {
      return false;
    }
  }
  return true;
}

// Takes one element that is no star off the pattern, and what it matches off the name.
bool takeOne(std::string_view& pattern, std::string_view& name) {
  if (name.empty()) return false;
  const char c = pattern[0];
  if (c == '?' || c == '[') {
    pattern.remove_prefix(1);
    const std::uint32_t character = takeCharacter(name);
    return c == '?' || takeClass(pattern, character).value_or(false);
  }
  if (c == '\\') pattern.remove_prefix(1);
  if (pattern[0] != name[0]) return false;
  pattern.remove_prefix(1);
  name.remove_prefix(1);
  return true;
}

// A name without slashes; the pattern is well-formed. Goes back to the last star only, which is
// enough, because a star takes anything.
bool matchesName(std::string_view pattern, std::string_view name) {
  std::optional<std::string_view> afterStar;
  std::string_view retry;
  while (true) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      afterStar = pattern;
      retry = name;
      continue;
    }
    if (pattern.empty() ? name.empty() : takeOne(pattern, name)) {
      if (pattern.empty() && name.empty()) return true;
      continue;
    }
    if (!afterStar || retry.empty()) return false;
    retry.remove_prefix(1);
    pattern = *afterStar;
    name = retry;
  }
}

// The directory part as it can be opened: without the slashes at its end.
std::string directoryOf(std::string_view path) {
  if (path.empty()) return ".";
  if (path.size() > 1) path.remove_suffix(1);
  return std::string(path);
}

void addMatches(const std::string& directory, std::string_view pattern,
                std::vector<std::string>& paths) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = it->path().filename().string();
    if (matchesName(pattern, name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    paths.push_back((std::filesystem::path(directory) / name).lexically_normal().string());
  }
}

}  // namespace

std::vector<std::string> expandGlob(std::string_view pattern) {
  if (!isWellFormed(pattern)) return {};
  if (!hasMeta(pattern)) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(pattern, error);
    if (!std::filesystem::exists(status)) return {};
    return {std::string(pattern)};
  }
  const std::size_t slash = pattern.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string directory = directoryOf(pattern.substr(0, begin));
  std::vector<std::string> paths;
  if (!hasMeta(directory)) {
    addMatches(directory, pattern.substr(begin), paths);
  } else {
    for (const std::string& one : expandGlob(directory)) {
      addMatches(one, pattern.substr(begin), paths);
    }
  }
  return paths;
}

}  // namespace orchestrator_exporter
