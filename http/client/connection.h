#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "http/client/curl_easy.h"
#include "http/client/requester.h"
#include "http/client/url.h"

namespace orchestrator_exporter::http {

// One exchange after the other over libcurl, with the connection kept between them. For one thread
// at a time, but for cancel().
class ClientConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  explicit ClientConnection(const ClientSettings& settings);

  // Sends a request to this place, which need not be its own, and takes the answer; follows no
  // redirect. `trusted` is false for a host that another named: it gets no credentials and none of
  // the headers of the settings. Throws ClientError.
  ClientAnswer exchange(const ClientRequest& request, const ClientUrl& url, bool trusted,
                        Deadline deadline);

  // Ends the exchange under way, and all to come. From any thread.
  void cancel();

 private:
  // What libcurl fills while an exchange runs.
  struct Received {
    ClientAnswer answer;
    std::size_t bodyLimit;
    ClientTrace* trace;
    CURL* easy;
  };

  template <typename Value>
  void set(CURLoption option, Value value);
  void setSecret(const Secret& secret, CURLoption file, CURLoption blob);
  void setRequest(const ClientRequest& request, const ClientUrl& url);
  void setTls(const ClientUrl& url);
  void setPlace(const ClientUrl& url, const std::string& address);
  void fill(ClientTrace& trace) const;
  void setProxy(const ClientUrl& url);
  void setHeaders(const ClientRequest& request, const ClientUrl& url, bool trusted);
  void addHeader(std::string_view name, std::string_view value);
  CURLcode run(Deadline deadline);
  [[noreturn]] void fail(CURLcode code, const ClientUrl& url, const char* reason) const;
  static std::size_t takeHeader(char* bytes, std::size_t one, std::size_t count, void* received);
  static std::size_t takeBody(char* bytes, std::size_t one, std::size_t count, void* received);

  const ClientSettings& settings_;
  const std::unique_ptr<CURLM, CurlMultiDelete> multi_;
  const std::unique_ptr<CURL, CurlDelete> easy_;
  CurlList headers_;
  CurlList connectTo_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace orchestrator_exporter::http
