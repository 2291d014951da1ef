#include "metrics/exposition/escaping.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kName = "__name__";

void appendLabelName(std::string_view name, std::string& out) {
  if (isLegalLabelName(name)) {
    out += name;
  } else {
    appendQuoted(name, out);
  }
}

std::uint32_t codePoint(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  std::uint32_t value = byte(0) & (0xFFu >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i) value = (value << 6) | (byte(i) & 0x3Fu);
  return value;
}

std::string hexadecimal(std::uint32_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), kDigits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return text;
}

// One character of a name that needs escaping; `legal` says whether it may stand at this place.
std::string escapeCharacter(std::string_view sequence, bool legal, Escaping escaping) {
  switch (escaping) {
    case Escaping::kUnderscores:
      return legal ? std::string(sequence) : "_";
    case Escaping::kDots:
      if (sequence == ".") return "_dot_";
      if (sequence == "_") return "__";
      return legal ? std::string(sequence) : "__";
    case Escaping::kValues:
      if (sequence == "_") return "__";
      return legal ? std::string(sequence) : "_" + hexadecimal(codePoint(sequence)) + "_";
    case Escaping::kAllowUtf8:
      break;
  }
  return std::string(sequence);
}

std::string escape(std::string_view name, Escaping escaping, bool colon) {
  if (escaping == Escaping::kAllowUtf8 ||
      (colon ? isLegalMetricName(name) : isLegalLabelName(name)))
    return std::string(name);
  std::string escaped = escaping == Escaping::kValues ? "U__" : "";
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8SequenceLength(name.substr(at)));
    const std::string_view sequence = name.substr(at, length);
    const bool legal =
        length == 1 && (isNameLetter(sequence[0]) || (isNameDigit(sequence[0]) && at > 0) ||
                        (colon && sequence[0] == ':'));
    escaped += escapeCharacter(sequence, legal, escaping);
    at += length;
  }
  return escaped;
}

}  // namespace

std::string escapeMetricName(std::string_view name, Escaping escaping) {
  return escape(name, escaping, true);
}

std::string escapeLabelName(std::string_view name, Escaping escaping) {
  return escape(name, escaping, false);
}

void appendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string seriesText(std::span<const Label> labels) {
  const auto named = std::ranges::find(labels, kName, &Label::name);
  const std::string_view name = named == labels.end() ? std::string_view() : named->value;
  const bool isLegal = isLegalMetricName(name);
  std::string text;
  if (isLegal) text = name;
  char before = '{';
  if (!name.empty() && !isLegal) {
    text += std::exchange(before, ',');
    appendQuoted(name, text);
  }
  for (const Label& label : labels) {
    if (label.name == kName) continue;
    text += std::exchange(before, ',');
    appendLabelName(label.name, text);
    text += '=';
    appendQuoted(label.value, text);
  }
  if (before == ',') text += '}';
  return text;
}

std::string seriesText(const LabelSet& labels) {
  std::vector<Label> views;
  for (const auto& [name, value] : labels) views.push_back({name, value});
  return seriesText(views);
}

}  // namespace orchestrator_exporter
