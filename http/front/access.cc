#include "http/front/access.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {
namespace {

// An address cannot be made to lead elsewhere, as a name can.
bool isAddress(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::string_view fieldOf(const RequestHead& head, std::string_view name) {
  for (const auto& [field, value] : head.fields) {
    if (equalIgnoringCase(field, name)) return value;
  }
  return {};
}

// "http://host:port" without its scheme; empty for what is no such origin, as "null".
std::string_view authorityOf(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Why a web page may not send this, as far as the browser tells.
std::optional<HttpError> pageFault(const RequestHead& head) {
  const std::string_view origin = fieldOf(head, "Origin");
  if (!origin.empty() && !isOriginOf(origin, head.host)) {
    return HttpError(403, "pages of another origin may not write");
  }
  if (equalIgnoringCase(fieldOf(head, "Sec-Fetch-Site"), "cross-site")) {
    return HttpError(403, "pages of another site may not write");
  }
  return std::nullopt;
}

// What follows "Bearer " (RFC 6750, 2.1); nullopt for other credentials or none.
std::optional<std::string_view> tokenOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!equalIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

}  // namespace

bool isOriginOf(std::string_view origin, std::string_view host) {
  const std::string_view authority = authorityOf(origin);
  return !authority.empty() && equalIgnoringCase(authority, host);
}

std::string hostOf(std::string_view hostAndPort) {
  if (hostAndPort.starts_with('[')) {
    return lowered(hostAndPort.substr(1, hostAndPort.find(']') - 1));
  }
  return lowered(hostAndPort.substr(0, hostAndPort.find(':')));
}

WriteAccess::WriteAccess(std::vector<std::string> names, TokenCheck isToken)
    : names_(std::move(names)), isToken_(std::move(isToken)) {}

bool WriteAccess::isOurs(std::string_view host) const {
  const std::string name = hostOf(host);
  return name.empty() || name == "localhost" || name.ends_with(".localhost") || isAddress(name) ||
         std::any_of(names_.begin(), names_.end(),
                     [&](const std::string& own) { return equalIgnoringCase(own, name); });
}

std::optional<HttpError> WriteAccess::fault(const RequestHead& head, const Peer& peer,
                                            bool authenticated) const {
  if (const auto fault = pageFault(head)) return fault;
  if (authenticated) return std::nullopt;
  const auto token = tokenOf(fieldOf(head, "Authorization"));
  if (token && isToken_) {
    if (isToken_(*token)) return std::nullopt;
    return HttpError(401, "the token is not known", {{"WWW-Authenticate", "Bearer"}});
  }
  if (!peer.loopback) return HttpError(403, "this path is for peers on this host only");
  if (!isOurs(head.host)) {
    return HttpError(403, "the host '" + hostOf(head.host) + "' is not this server's name");
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http
