#include "exporter/profiling/code/process_maps.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace orchestrator_exporter::profiling {

namespace {

// Takes a number and the character behind it off the text.
bool takeNumber(std::string_view& text, std::uint64_t& number, int base, char behind) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || length >= text.size() || text[length] != behind) return false;
  text.remove_prefix(length + 1);
  return true;
}

// 7f00-7f10 r-xp 00001000 fe:01 1234    /usr/bin/name
std::optional<CodeMapping> mappingOf(std::string_view line) {
  constexpr std::size_t kPermissions = 5;
  CodeMapping mapping;
  if (!takeNumber(line, mapping.begin, 16, '-') || !takeNumber(line, mapping.end, 16, ' ') ||
      line.size() < kPermissions || line[2] != 'x') {
    return std::nullopt;
  }
  line.remove_prefix(kPermissions);
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  if (!takeNumber(line, mapping.fileOffset, 16, ' ') || !takeNumber(line, major, 16, ':') ||
      !takeNumber(line, minor, 16, ' ') || !takeNumber(line, mapping.inode, 10, ' ')) {
    return std::nullopt;
  }
  mapping.device = major << 32U | minor;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  mapping.path = line;
  return mapping;
}

}  // namespace

void ProcessMaps::read(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto mapping = mappingOf(text.substr(0, end))) add(*mapping);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void ProcessMaps::add(const CodeMapping& mapping) {
  if (mapping.begin >= mapping.end) return;
  auto other = byBegin_.lower_bound(mapping.begin);
  if (other != byBegin_.begin() && std::prev(other)->second.end > mapping.begin) --other;
  while (other != byBegin_.end() && other->second.begin < mapping.end) {
    CodeMapping before = other->second;
    CodeMapping behind = before;
    other = byBegin_.erase(other);
    if (behind.end > mapping.end) {
      behind.fileOffset += mapping.end - behind.begin;
      behind.begin = mapping.end;
      other = byBegin_.emplace(behind.begin, behind).first;
    }
    if (before.begin < mapping.begin) {
      before.end = mapping.begin;
      byBegin_.emplace(before.begin, before);
    }
  }
  byBegin_[mapping.begin] = mapping;
}

const CodeMapping* ProcessMaps::find(std::uint64_t address) const {
  auto after = byBegin_.upper_bound(address);
  if (after == byBegin_.begin()) return nullptr;
  --after;
  return address < after->second.end ? &after->second : nullptr;
}

}  // namespace orchestrator_exporter::profiling
