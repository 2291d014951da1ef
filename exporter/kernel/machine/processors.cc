#include "exporter/kernel/machine/processors.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "exporter/kernel/numbered_entries.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/devices/system/cpu";

ProcessorRange parseRange(std::string_view path, std::string_view piece) {
  const std::size_t dash = piece.find('-');
  const auto first = parseUnsigned(piece.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parseUnsigned(piece.substr(dash + 1));
  if (!first || !last) throw ParseError(path, 1, "a list of processors", piece);
  return {*first, *last};
}

// A number as the kernel's and node_exporter's base 0 has it: 0x starts a hexadecimal one.
std::uint64_t shortNumber(const Row& row, std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  const auto number = parseUnsigned(text.substr(hexadecimal ? 2 : 0), hexadecimal ? 16 : 10);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
    throw row.error("a whole number of at most 32 bits", text);
  }
  return *number;
}

double number(const Row& row, std::string_view text) {
  if (const auto value = parseNumber(text)) return *value;
  throw row.error("a number", text);
}

struct TextKey {
  std::string_view key;
  std::string_view ProcessorInfo::*field;
};

constexpr TextKey kTextKeys[] = {
    {"vendor_id", &ProcessorInfo::vendor},     {"vendor", &ProcessorInfo::vendor},
    {"cpu family", &ProcessorInfo::family},    {"model", &ProcessorInfo::model},
    {"model name", &ProcessorInfo::modelName}, {"microcode", &ProcessorInfo::microcode},
    {"stepping", &ProcessorInfo::stepping},    {"cache size", &ProcessorInfo::cacheSize},
    {"physical id", &ProcessorInfo::package},  {"core id", &ProcessorInfo::core},
    {"flags", &ProcessorInfo::flags},          {"bugs", &ProcessorInfo::bugs},
};

void readKey(const Row& row, std::string_view key, std::string_view value, ProcessorInfo& info) {
  for (const TextKey& known : kTextKeys) {
    if (key == known.key) info.*known.field = value;
  }
  if (key == "cpu MHz") info.megahertz = number(row, value);
}

// The stanza of a processor whose number makes no sense is passed over up to the next one.
class ProcessorInfoParser {
 public:
  void addRow(const Row& row) {
    // "model name\t: Some Processor"; an empty value has no space after the colon, nor a meaning.
    const std::size_t colon = row.text().find(": ");
    const std::string_view key = trim(row.text().substr(0, colon));
    const bool hasValue = colon != std::string_view::npos;
    const std::string_view value = hasValue ? row.text().substr(colon + 2) : std::string_view();
    if (key == "processor") {
      inStanza_ = false;
      if (!hasValue) throw row.error("the number of a processor", row.text());
      processors_.push_back({.number = shortNumber(row, value)});
      inStanza_ = true;
    } else if (inStanza_ && hasValue) {
      readKey(row, key, value, processors_.back());
    }
  }
  std::vector<ProcessorInfo> take() { return std::move(processors_); }

 private:
  std::vector<ProcessorInfo> processors_;
  bool inStanza_ = false;
};

}  // namespace

std::optional<ProcessorList> readProcessorList(Kernel& kernel, std::string_view path) {
  const auto text = kernel.readText(path);
  if (!text) return std::nullopt;
  ProcessorList list;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (comma > 0) list.push_back(parseRange(path, rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return list;
}

bool contains(const ProcessorList& list, std::uint64_t processor) {
  return std::any_of(list.begin(), list.end(), [&](const ProcessorRange& range) {
    return range.first <= processor && processor <= range.last;
  });
}

std::vector<ProcessorEntry> processorEntries(Kernel& kernel) {
  std::vector<ProcessorEntry> entries;
  for (const std::string_view name : numberedEntries(kernel, kDirectory, "cpu")) {
    entries.push_back({kernel.path(kDirectory, "/", name), name.substr(3)});
  }
  return entries;
}

std::vector<ProcessorInfo> readProcessorInfo(Kernel& kernel, std::vector<ParseError>& refusals) {
  const KernelFile file = kernel.require("proc/cpuinfo");
  ProcessorInfoParser parser;
  for (const Row& row : file.rows()) {
    try {
      parser.addRow(row);
    } catch (const ParseError& refusal) {
      refusals.push_back(refusal);
    }
  }
  std::vector<ProcessorInfo> processors = parser.take();
  if (processors.empty()) throw ParseError(file.path, 1, "the number of a processor", file.text);
  return processors;
}

}  // namespace orchestrator_exporter
