#include "metrics/profiling/folded.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "metrics/base/errors.h"
#include "metrics/base/process/file_text.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

void appendName(std::string& out, std::string_view name) {
  for (const char c : name) out += c == ';' || c == '\n' || c == '\r' ? ' ' : c;
}

void readLine(std::string_view line, std::string_view place, std::size_t number, Profile& profile) {
  const std::size_t end = line.find_last_not_of(" \t\r");
  if (end == std::string_view::npos) return;
  line = line.substr(0, end + 1);
  const std::size_t space = line.find_last_of(" \t");
  const std::string_view digits = space == std::string_view::npos ? line : line.substr(space + 1);
  std::int64_t value = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || rest != digits.data() + digits.size() || value < 0) {
    throw ParseError(place, number, "a count behind the stack", digits);
  }
  std::string_view names = line.substr(0, space == std::string_view::npos ? 0 : space);
  std::vector<std::uint32_t> frames;
  while (!names.empty()) {
    const std::size_t semicolon = std::min(names.find(';'), names.size());
    const std::string_view name = names.substr(0, semicolon);
    names.remove_prefix(std::min(semicolon + 1, names.size()));
    // What perf's own scripts write behind functions of the kernel.
    const bool isKernel = name.ends_with("_[k]");
    frames.push_back(
        profile.frame({.name = toUtf8(isKernel ? name.substr(0, name.size() - 4) : name),
                       .kind = isKernel ? FrameKind::kKernel : FrameKind::kUser}));
  }
  if (frames.empty()) throw ParseError(place, number, "a stack and its count", line);
  profile.add(frames, {value});
}

}  // namespace

std::string foldedStacks(const Profile& profile) {
  // Frames of one name at several lines are one here.
  std::map<std::string, std::int64_t> lines;
  const std::size_t samples = profile.typeOf("samples");
  const std::size_t type = samples < profile.types().size() ? samples : profile.main();
  for (const Profile::Stack& stack : profile.stacks()) {
    const std::int64_t value = stack.values[type];
    if (value == 0) continue;
    std::string line;
    for (const std::uint32_t frame : stack.frames) {
      if (!line.empty()) line += ';';
      appendName(line, profile.frames()[frame].name);
    }
    lines[line] += value;
  }
  std::string text;
  for (const auto& [line, value] : lines) text += line + ' ' + std::to_string(value) + '\n';
  return text;
}

Profile readFoldedStacks(std::string_view text, std::string_view place) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    readLine(text.substr(0, end), place, number, profile);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return profile;
}

Profile readFoldedFile(const std::string& path) {
  Profile profile = readFoldedStacks(fileText(path), path);
  profile.title = toUtf8(path.substr(path.rfind('/') + 1));
  return profile;
}

}  // namespace orchestrator_exporter::profiling
