#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// Who a client says that it is. Bytes as they were sent; UTF-8 if the client follows RFC 7617.
struct Credentials {
  std::string user;
  std::string password;
};

// Reads the value of an Authorization header of scheme Basic (RFC 7617): base64 of `user:password`,
// where either may be empty and the password may have colons. nullopt for any other scheme, for
// what is not base64 and for a text without a colon.
std::optional<Credentials> parseBasicCredentials(std::string_view authorization);

}  // namespace orchestrator_exporter::http
