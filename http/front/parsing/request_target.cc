#include "http/front/parsing/request_target.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "http/front/parsing/characters.h"
#include "http/server/header_value.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {
namespace {

bool isIpv6Address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  in6_addr address{};
  // inet_pton() would stop at a NUL.
  return text.find('\0') == std::string_view::npos &&
         ::inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

bool isHostName(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (isIn(ByteClass::kHost, text[i])) continue;
    const bool encoded = text[i] == '%' && text.size() - i > 2 && hexDigit(text[i + 1]) >= 0 &&
                         hexDigit(text[i + 2]) >= 0;
    if (!encoded) return false;
    i += 2;
  }
  return !text.empty();
}

bool isPort(std::string_view text) {
  unsigned port = 0;
  for (const char c : text) {
    if (!isDigit(c)) return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535) return false;
  }
  return true;
}

}  // namespace

bool isHostAndPort(std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !isIpv6Address(text.substr(1, close - 1))) return false;
    port = text.substr(close + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!isHostName(text.substr(0, colon))) return false;
    port = text.substr(colon);
  }
  return port.empty() || (port.front() == ':' && isPort(port.substr(1)));
}

RequestTarget parseRequestTarget(std::string_view method, std::string_view target) {
  if (target.front() == '/') return {.path = std::string(target), .host = {}};
  if (target == "*") {
    if (method != "OPTIONS") throw HttpError(400, "the target * is for OPTIONS only");
    return {.path = "*", .host = {}};
  }

  constexpr std::string_view kSeparator = "://";
  const std::size_t separator = target.find(kSeparator);
  if (separator == std::string_view::npos) {
    throw HttpError(400, "the target is neither a path nor a URL");
  }
  const std::string_view scheme = target.substr(0, separator);
  if (!equalIgnoringCase(scheme, "http") && !equalIgnoringCase(scheme, "https")) {
    throw HttpError(400, "the target is a URL of another scheme than http and https");
  }
  std::string_view path = target.substr(separator + kSeparator.size());
  const std::string_view authority = path.substr(0, path.find_first_of("/?"));
  path.remove_prefix(authority.size());
  if (authority.find('@') != std::string_view::npos) {
    throw HttpError(400, "the target names a user");
  }
  if (!isHostAndPort(authority)) throw HttpError(400, "the target's host is invalid");

  RequestTarget parsed{.path = {}, .host = std::string(authority)};
  // Without a path OPTIONS asks about the server (RFC 9110, 4.2.3), all others for its root.
  if (path.empty() && method == "OPTIONS") {
    parsed.path = "*";
  } else {
    parsed.path.append(path.starts_with('/') ? "" : "/").append(path);
  }
  return parsed;
}

}  // namespace orchestrator_exporter::http
