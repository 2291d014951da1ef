#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// The parts of a URL that a client needs, and where a redirect leads to.
struct ClientUrl {
  std::string whole;
  std::string scheme;  // http or https
  std::string host;    // an IPv6 address in brackets
  std::string port;    // the scheme's if it is not written

  // As in a Host header: without the port that goes without saying.
  std::string authority() const;
  bool isLoopback() const;
};

// Throws ClientError for anything but a URL of http or https with a host. Needs libcurl only for
// unusual ones: with a user, a fragment, dots for folders, a host that is no plain name or IPv4
// address.
ClientUrl parseClientUrl(const std::string& url);

// What a reference (a Location header) means at a URL (RFC 3986, section 5). Throws likewise.
ClientUrl resolveClientUrl(const std::string& base, const std::string& reference);

// The URL with another host, port and all else as it is.
std::string withHost(const ClientUrl& url, const std::string& host);

// The URL without a user and password: what may be shown. Of any text; needs no libcurl.
std::string withoutUserInfo(std::string_view url);

}  // namespace orchestrator_exporter::http
