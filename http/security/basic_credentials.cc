#include "http/security/basic_credentials.h"

#include <cstddef>

#include "http/server/header_value.h"
#include "metrics/base/base64.h"

namespace orchestrator_exporter::http {

std::optional<Credentials> parseBasicCredentials(std::string_view authorization) {
  const std::string_view value = trimmed(authorization);
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  if (!equalIgnoringCase(value.substr(0, space), "Basic")) return std::nullopt;
  const auto text = decodeBase64(trimmed(value.substr(space)));
  if (!text) return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace orchestrator_exporter::http
