#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

std::string_view Texts::keepHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 0xF];
  }
  return keep(std::move(text));
}

}  // namespace orchestrator_exporter::http::otlp
