#pragma once

#include <memory>
#include <new>
#include <string>

#include "http/client/curl_library.h"
#include "http/client/requester.h"

namespace orchestrator_exporter::http {

// What transfers of all protocols share. Options are those of curl_easy_setopt(3).

// Throws ClientError (kInvalid) if libcurl refuses it.
template <typename Value>
void setCurlOption(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl().easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw ClientError(ClientError::Kind::kInvalid,
                    std::string("libcurl: ") + curl().easy_strerror(code));
}

using CurlList = std::unique_ptr<curl_slist, CurlDelete>;

inline void appendLine(CurlList& list, const std::string& line) {
  curl_slist* const longer = curl().slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

}  // namespace orchestrator_exporter::http
