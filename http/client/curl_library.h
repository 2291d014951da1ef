#pragma once

#include <curl/curl.h>

#include <memory>

namespace orchestrator_exporter::http {

// What is called of libcurl (https://curl.se/libcurl/c/allfuncs.html), by the names there without
// curl_.
struct CurlLibrary {
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_reset) easy_reset;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_free) free;
  decltype(&curl_mime_addpart) mime_addpart;
  decltype(&curl_mime_data) mime_data;
  decltype(&curl_mime_encoder) mime_encoder;
  decltype(&curl_mime_free) mime_free;
  decltype(&curl_mime_init) mime_init;
  decltype(&curl_mime_type) mime_type;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_info_read) multi_info_read;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_wakeup) multi_wakeup;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_url) url;
  decltype(&curl_url_cleanup) url_cleanup;
  decltype(&curl_url_get) url_get;
  decltype(&curl_url_set) url_set;
};

// Loads the library with the first call: most processes send nothing, and it brings OpenSSL and
// two dozen other libraries along. Throws std::runtime_error if there is none or if it is older
// than 7.85; the next call looks for it again. Thread-safe.
const CurlLibrary& curl();

// Frees what libcurl gave, for std::unique_ptr.
struct CurlDelete {
  void operator()(CURL* easy) const { curl().easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl().slist_free_all(list); }
  void operator()(CURLU* url) const { curl().url_cleanup(url); }
  void operator()(char* text) const { curl().free(text); }
};

// Apart, because both kinds of handles are void to the compiler.
struct CurlMultiDelete {
  void operator()(CURLM* multi) const { curl().multi_cleanup(multi); }
};

}  // namespace orchestrator_exporter::http
