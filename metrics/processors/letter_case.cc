#include "metrics/processors/letter_case.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

using Mapping = wint_t (*)(wint_t, locale_t);

locale_t unicode() {
  static const locale_t locale = [] {
    const locale_t found = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return found != nullptr ? found : newlocale(LC_CTYPE_MASK, "C", nullptr);
  }();
  return locale;
}

// The number of the one character that these bytes are.
char32_t numberOf(std::string_view bytes) {
  constexpr unsigned char kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t number = static_cast<unsigned char>(bytes[0]) & kFirstBits[bytes.size()];
  for (const char byte : bytes.substr(1)) number = number << 6 | (byte & 0x3f);
  return number;
}

std::string mapped(std::string_view text, Mapping mapping) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8SequenceLength(text);
    if (length == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto number = static_cast<wint_t>(numberOf(text.substr(0, length)));
    appendUtf8(out, static_cast<char32_t>(mapping(number, unicode())));
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace

std::string toLowercase(std::string_view text) { return mapped(text, towlower_l); }

std::string toUppercase(std::string_view text) { return mapped(text, towupper_l); }

}  // namespace orchestrator_exporter
