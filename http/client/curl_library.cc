#include "http/client/curl_library.h"

#include <openssl/crypto.h>

#include <stdexcept>

#include "metrics/base/process/shared_library.h"

namespace orchestrator_exporter::http {

namespace {

// The oldest with all options that are used (CURLOPT_PROTOCOLS_STR).
constexpr unsigned kOldest = 0x075500;

// libcurl would have OpenSSL take itself down at the end of the process, when threads may still use
// it; what comes first counts. Another TLS library needs nothing.
void keepOpenSsl(const SharedLibrary& library) try {
  decltype(&OPENSSL_init_crypto) initialize = nullptr;
  library.find("OPENSSL_init_crypto", initialize);
  initialize(OPENSSL_INIT_NO_ATEXIT, nullptr);
} catch (const std::runtime_error&) {
}

CurlLibrary load() {
  const SharedLibrary library("libcurl", "libcurl.so.4");
  CurlLibrary functions{};
  library.find("curl_easy_cleanup", functions.easy_cleanup);
  library.find("curl_easy_getinfo", functions.easy_getinfo);
  library.find("curl_easy_init", functions.easy_init);
  library.find("curl_easy_perform", functions.easy_perform);
  library.find("curl_easy_reset", functions.easy_reset);
  library.find("curl_easy_setopt", functions.easy_setopt);
  library.find("curl_easy_strerror", functions.easy_strerror);
  library.find("curl_free", functions.free);
  library.find("curl_mime_addpart", functions.mime_addpart);
  library.find("curl_mime_data", functions.mime_data);
  library.find("curl_mime_encoder", functions.mime_encoder);
  library.find("curl_mime_free", functions.mime_free);
  library.find("curl_mime_init", functions.mime_init);
  library.find("curl_mime_type", functions.mime_type);
  library.find("curl_multi_add_handle", functions.multi_add_handle);
  library.find("curl_multi_cleanup", functions.multi_cleanup);
  library.find("curl_multi_info_read", functions.multi_info_read);
  library.find("curl_multi_init", functions.multi_init);
  library.find("curl_multi_perform", functions.multi_perform);
  library.find("curl_multi_poll", functions.multi_poll);
  library.find("curl_multi_remove_handle", functions.multi_remove_handle);
  library.find("curl_multi_setopt", functions.multi_setopt);
  library.find("curl_multi_wakeup", functions.multi_wakeup);
  library.find("curl_slist_append", functions.slist_append);
  library.find("curl_slist_free_all", functions.slist_free_all);
  library.find("curl_url", functions.url);
  library.find("curl_url_cleanup", functions.url_cleanup);
  library.find("curl_url_get", functions.url_get);
  library.find("curl_url_set", functions.url_set);
  decltype(&curl_version_info) version = nullptr;
  library.find("curl_version_info", version);
  if (version(CURLVERSION_NOW)->version_num < kOldest) {
    throw std::runtime_error(std::string("libcurl: expected 7.85 or newer, got ") +
                             version(CURLVERSION_NOW)->version);
  }
  keepOpenSsl(library);
  decltype(&curl_global_init) initialize = nullptr;
  library.find("curl_global_init", initialize);
  if (initialize(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("libcurl: cannot be initialized");
  }
  return functions;
}

}  // namespace

const CurlLibrary& curl() {
  static const CurlLibrary functions = load();
  return functions;
}

}  // namespace orchestrator_exporter::http
