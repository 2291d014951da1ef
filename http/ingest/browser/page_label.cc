#include "http/ingest/browser/page_label.h"

#include <algorithm>
#include <cstddef>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::browser {
namespace {

constexpr std::size_t kMostSegments = 6;
constexpr std::size_t kLongestSegment = 40;  // characters
constexpr std::size_t kFewestHexDigits = 8;
constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool isUuid(std::string_view text) {
  return std::equal(text.begin(), text.end(), kUuidForm.begin(), kUuidForm.end(),
                    [](char c, char form) { return form == 'x' ? isHexDigit(c) : c == form; });
}

bool isId(std::string_view segment) {
  return std::all_of(segment.begin(), segment.end(), isDigit) ||
         (segment.size() >= kFewestHexDigits &&
          std::all_of(segment.begin(), segment.end(), isHexDigit)) ||
         isUuid(segment);
}

bool isNameable(std::string_view segment) {
  return isUtf8(segment) && std::none_of(segment.begin(), segment.end(), isControl) &&
         utf8Length(segment) <= kLongestSegment;
}

}  // namespace

std::string pageLabel(std::string_view page) {
  page = page.substr(0, page.find_first_of("?#"));
  std::string label;
  for (std::size_t segments = 0; segments < kMostSegments && !page.empty();) {
    const std::size_t slash = page.find('/');
    const std::string_view segment = page.substr(0, slash);
    page.remove_prefix(slash == std::string_view::npos ? page.size() : slash + 1);
    if (segment.empty()) continue;
    label += '/';
    label += isId(segment) || !isNameable(segment) ? ":id" : segment;
    ++segments;
  }
  return label.empty() ? "/" : label;
}

}  // namespace orchestrator_exporter::http::browser
