#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// The bytes that a text in base64 stands for (RFC 4648, section 4), with its padding. Line ends in
// it mean nothing. nullopt for anything else.
std::optional<std::string> decodeBase64(std::string_view text);

// With its padding, in one line.
std::string encodeBase64(std::string_view bytes);

}  // namespace orchestrator_exporter
