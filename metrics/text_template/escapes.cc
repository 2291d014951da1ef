#include "metrics/text_template/escapes.h"

#include <cctype>

namespace orchestrator_exporter::text_template {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void appendHex(std::string& out, std::string_view prefix, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.append(prefix).append(1, kHexDigits[byte >> 4]).append(1, kHexDigits[byte & 15]);
}

}  // namespace

std::string escapedForHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\0':
        out += "\uFFFD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string escapedForJavaScript(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '\'' || c == '"') {
      out.append(1, '\\').append(1, c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&' ||
               c == '=') {
      appendHex(out, "\\u00", c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string escapedForQuery(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool isPlain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                         c == '.' || c == '~';
    if (c == ' ') {
      out += '+';
    } else if (isPlain) {
      out += c;
    } else {
      appendHex(out, "%", c);
    }
  }
  return out;
}

}  // namespace orchestrator_exporter::text_template
