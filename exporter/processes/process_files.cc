#include "exporter/processes/process_files.h"

#include <limits>

#include "metrics/base/number_parse.h"
#include "metrics/base/words.h"

namespace orchestrator_exporter {

namespace {

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// Numbers that follow the names of rows, and whether all of them were numbers.
class LeadingNumbers {
 public:
  std::uint64_t take(std::string_view value) {
    const auto number = parseUnsigned(takeWord(value));
    makeSense_ &= number.has_value();
    any_ = true;
    sum_ += number.value_or(0);
    return number.value_or(0);
  }
  bool makeSense() const { return makeSense_; }
  // Their sum, of numbers that count kibibytes, in bytes; nullopt for none.
  std::optional<std::uint64_t> kibibytes() const {
    if (!makeSense_ || !any_) return std::nullopt;
    return sum_ * 1024;
  }

 private:
  bool makeSense_ = true;
  bool any_ = false;
  std::uint64_t sum_ = 0;
};

// Calls take(name, value) for each `name: value` line.
template <typename Take>
void forEachRow(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::string_view line = takeLine(text);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) take(line.substr(0, colon), line.substr(colon + 1));
  }
}

}  // namespace

std::optional<ProcessStatus> readProcessStatus(std::string_view text) {
  if (text.empty()) return std::nullopt;
  ProcessStatus status;
  LeadingNumbers numbers;
  forEachRow(text, [&](std::string_view name, std::string_view value) {
    if (name == "Uid") {
      takeWord(value);  // the real one
      status.effectiveUser = static_cast<std::uint32_t>(numbers.take(value));
    } else if (name == "VmSwap") {
      status.swappedBytes = numbers.take(value) * 1024;
    } else if (name == "voluntary_ctxt_switches") {
      status.voluntarySwitches = numbers.take(value);
    } else if (name == "nonvoluntary_ctxt_switches") {
      status.nonvoluntarySwitches = numbers.take(value);
    }
  });
  if (!numbers.makeSense()) return std::nullopt;
  return status;
}

std::optional<std::uint64_t> readRunNanoseconds(std::string_view text) {
  const auto nanoseconds = parseUnsigned(takeWord(text));
  return nanoseconds == 0 ? std::nullopt : nanoseconds;
}

std::optional<ProcessIo> readProcessIo(std::string_view text) {
  std::optional<std::uint64_t> read;
  std::optional<std::uint64_t> written;
  forEachRow(text, [&](std::string_view name, std::string_view value) {
    if (name == "read_bytes") read = parseUnsigned(takeWord(value));
    if (name == "write_bytes") written = parseUnsigned(takeWord(value));
  });
  if (!read || !written) return std::nullopt;
  return ProcessIo{*read, *written};
}

std::optional<std::uint64_t> readDescriptorLimit(std::string_view text) {
  constexpr std::string_view kName = "Max open files";
  while (!text.empty()) {
    std::string_view line = takeLine(text);
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(kName.size());
    const std::string_view soft = takeWord(line);
    if (soft == "unlimited") return std::numeric_limits<std::uint64_t>::max();
    return parseUnsigned(soft);
  }
  return std::nullopt;
}

ProportionalMemory readProportionalMemory(std::string_view text) {
  LeadingNumbers resident;
  LeadingNumbers swapped;
  forEachRow(text, [&](std::string_view name, std::string_view value) {
    if (name == "Pss") resident.take(value);
    if (name == "SwapPss") swapped.take(value);
  });
  return {resident.kibibytes(), swapped.kibibytes()};
}

std::vector<std::string_view> readCgroupPaths(std::string_view text) {
  std::vector<std::string_view> paths;
  while (!text.empty()) {
    const std::string_view line = takeLine(text);
    const std::size_t hierarchy = line.find(':');
    const std::size_t controllers =
        hierarchy == std::string_view::npos ? hierarchy : line.find(':', hierarchy + 1);
    if (controllers == std::string_view::npos) return {};
    paths.push_back(line.substr(controllers + 1));
  }
  return paths;
}

std::vector<std::string_view> readArguments(std::string_view text) {
  if (text.empty()) return {};
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  std::vector<std::string_view> arguments;
  for (;;) {
    const std::size_t end = text.find('\0');
    arguments.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return arguments;
    text.remove_prefix(end + 1);
  }
}

}  // namespace orchestrator_exporter
