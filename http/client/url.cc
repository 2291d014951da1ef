#include "http/client/url.h"

#include <memory>

#include "http/client/curl_library.h"
#include "http/client/requester.h"

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

}  // namespace

std::string ClientUrl::authority() const {
  return port == (scheme == "https" ? "443" : "80") ? host : host + ":" + port;
}

bool ClientUrl::isLoopback() const {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

ClientUrl parseClientUrl(const std::string& url) {
  const Handle handle(curl().url());
  set(handle, CURLUPART_URL, url);
  return partsOf(handle);
}

ClientUrl resolveClientUrl(const std::string& base, const std::string& reference) {
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
