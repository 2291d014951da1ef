#include "http/endpoints/api/json_text.h"

#include <algorithm>
#include <charconv>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {
namespace {

constexpr std::size_t kLongestNumber = 32;
void appendEscape(TextBuffer& out, char c) {
  switch (c) {
    case '"':
      return out.append("\\\"");
    case '\\':
      return out.append("\\\\");
    case '\n':
      return out.append("\\n");
    case '\r':
      return out.append("\\r");
    case '\t':
      return out.append("\\t");
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out.append("\\u00");
  out.append(kDigits[byte >> 4U]);
  out.append(kDigits[byte & 15U]);
}

bool needsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void appendValid(TextBuffer& out, std::string_view text) {
  while (!text.empty()) {
    const auto escaped = std::find_if(text.begin(), text.end(), needsEscape);
    const auto plain = static_cast<std::size_t>(escaped - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    appendEscape(out, text.front());
    text.remove_prefix(1);
  }
}

}  // namespace

void appendJsonString(TextBuffer& out, std::string_view text) {
  out.append('"');
  if (isUtf8(text)) {
    appendValid(out, text);
  } else {
    appendValid(out, toUtf8(text));
  }
  out.append('"');
}

void appendJsonTime(TextBuffer& out, std::int64_t milliseconds) {
  std::uint64_t size = static_cast<std::uint64_t>(milliseconds);
  if (milliseconds < 0) {
    out.append('-');
    size = 0 - size;
  }
  char* at = out.reserve(kLongestNumber);
  out.advance(
      static_cast<std::size_t>(std::to_chars(at, at + kLongestNumber, size / 1000).ptr - at));
  const auto rest = static_cast<unsigned>(size % 1000);
  if (rest == 0) return;
  out.append('.');
  out.append(static_cast<char>('0' + rest / 100));
  out.append(static_cast<char>('0' + rest / 10 % 10));
  out.append(static_cast<char>('0' + rest % 10));
}

void appendJsonLabels(TextBuffer& out, const LabelSet& labels) {
  char before = '{';
  for (const auto& [name, value] : labels) {
    out.append(before);
    appendJsonString(out, name);
    out.append(':');
    appendJsonString(out, value);
    before = ',';
  }
  out.append(labels.empty() ? "{}" : "}");
}

}  // namespace orchestrator_exporter::http
