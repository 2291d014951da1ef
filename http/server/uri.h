#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// The bytes that a path spells, %XX decoded (RFC 3986, 2.1); nullopt if a % has no two
// hexadecimal digits after it. May hold any byte, NUL included.
std::optional<std::string> decodePath(std::string_view path);

// The text as it stands in a query or a segment of a path: all but RFC 3986's unreserved characters
// as %XX.
std::string encodeComponent(std::string_view text);

// The path without empty, `.` and `..` segments (RFC 3986, 5.2.4); a slash at its end stays.
std::string withoutDots(std::string_view path);

// The parameters of a query (the text after the ?), as HTML forms spell them: `a=1&b=2`, + for a
// space, %XX. A parameter without = has an empty value; nullopt for a bad %.
std::optional<Fields> decodeQuery(std::string_view query);

}  // namespace orchestrator_exporter::http
