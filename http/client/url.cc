#include "http/client/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "http/client/curl_library.h"
#include "http/client/requester.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http {

namespace {

using Handle = std::unique_ptr<CURLU, CurlDelete>;

void set(const Handle& handle, CURLUPart part, const std::string& text) {
  if (curl().url_set(handle.get(), part, text.c_str(), 0) != CURLUE_OK) {
    throw ClientError(ClientError::Kind::kInvalid, "invalid URL " + withoutUserInfo(text));
  }
}

std::string get(const Handle& handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl().url_get(handle.get(), part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, CurlDelete> owner(text);
  return text;
}

ClientUrl partsOf(const Handle& handle) {
  ClientUrl url{get(handle, CURLUPART_URL), get(handle, CURLUPART_SCHEME),
                get(handle, CURLUPART_HOST), get(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if ((url.scheme != "http" && url.scheme != "https") || url.host.empty()) {
    throw ClientError(ClientError::Kind::kInvalid,
                      "expected a URL of http or https, got " + withoutUserInfo(url.whole));
  }
  return url;
}

bool isAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Four numbers without zeros before them.
bool isUsualAddress(std::string_view host) {
  std::array<unsigned char, 4> bytes{};
  return ::inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) == 1;
}

bool isPort(std::string_view text) {
  const auto port = parseUnsigned(text);
  return port && *port > 0 && *port <= 65535 && text.size() <= 5 && text.front() != '0';
}

// What libcurl leaves as it is.
bool isUsualPath(std::string_view text) {
  constexpr std::string_view kUnusual = "#\\\"<>^`{|}";
  const auto isUsual = [&](char c) {
    return c > ' ' && c < 0x7f && kUnusual.find(c) == std::string_view::npos;
  };
  return std::ranges::all_of(text, isUsual) && text.find("/.") == std::string_view::npos;
}

// A URL such as http://shop.example:8080/path?query, as it is; nullopt for one that only libcurl
// understands.
std::optional<ClientUrl> usualUrl(std::string_view text) {
  ClientUrl url;
  for (const char* const scheme : {"http", "https"}) {
    const std::string prefix = std::string(scheme) + "://";
    if (text.starts_with(prefix)) url.scheme = scheme;
  }
  if (url.scheme.empty()) return std::nullopt;
  const std::size_t hostAt = url.scheme.size() + 3;
  const std::size_t end = std::min(text.find('/', hostAt), text.size());
  const std::string_view place = text.substr(hostAt, end - hostAt);
  const std::size_t colon = std::min(place.find(':'), place.size());
  const std::string_view host = place.substr(0, colon);
  const auto isUsual = [](char c) { return isAlphanumeric(c) || c == '-' || c == '.'; };
  // What ends in a digit is a number in some of the forms of IPv4 addresses, which libcurl knows.
  const bool isName = !host.empty() && std::ranges::all_of(host, isUsual) &&
                      !(host.back() >= '0' && host.back() <= '9');
  if (!isName && !isUsualAddress(host)) return std::nullopt;
  if (colon < place.size() && !isPort(place.substr(colon + 1))) return std::nullopt;
  if (!isUsualPath(text.substr(end))) return std::nullopt;
  url.host = host;
  url.port = colon < place.size() ? place.substr(colon + 1) : url.scheme == "https" ? "443" : "80";
  url.whole = std::string(text) + (end == text.size() ? "/" : "");
  return url;
}

}  // namespace

std::string ClientUrl::authority() const {
  return port == (scheme == "https" ? "443" : "80") ? host : host + ":" + port;
}

bool ClientUrl::isLoopback() const {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

ClientUrl parseClientUrl(const std::string& url) {
  if (auto usual = usualUrl(url)) return *std::move(usual);
  const Handle handle(curl().url());
  set(handle, CURLUPART_URL, url);
  return partsOf(handle);
}

ClientUrl resolveClientUrl(const std::string& base, const std::string& reference) {
  if (auto usual = usualUrl(reference)) return *std::move(usual);
  if (auto from = usualUrl(base); from && reference.starts_with('/') &&
                                  !reference.starts_with("//") && isUsualPath(reference)) {
    from->whole = from->whole.substr(0, from->whole.find('/', from->scheme.size() + 3)) + reference;
    return *std::move(from);
  }
  const Handle handle(curl().url());
  set(handle, CURLUPART_URL, base);
  set(handle, CURLUPART_URL, reference);
  return partsOf(handle);
}

std::string withHost(const ClientUrl& url, const std::string& host) {
  const Handle handle(curl().url());
  set(handle, CURLUPART_URL, url.whole);
  set(handle, CURLUPART_HOST, host);
  return get(handle, CURLUPART_URL);
}

// By hand, so that a name can be shown before libcurl is loaded.
std::string withoutUserInfo(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  return std::string(url.substr(0, begin)).append(url.substr(at + 1));
}

}  // namespace orchestrator_exporter::http
