#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/client/client_settings.h"
#include "http/server/message.h"

struct ssl_st;

namespace orchestrator_exporter::http {

// A request that got no answer. The text names host and reason, never a secret.
class ClientError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    kCancelled,
    kTimedOut,
    kNotConnected,  // no address, nobody listens, TLS was refused, a secret's file is missing
    kBroken,        // the connection ended or what came is no answer
    kInvalid,       // the URL, a header or a setting makes no sense
  };

  ClientError(Kind kind, const std::string& reason) : std::runtime_error(reason), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// What an exchange was like beyond its answer, filled as far as it came, whether it gets an answer
// or not.
struct ClientTrace {
  // Asked for: the session of TLS, once its handshake is done and the answer begins. It is
  // OpenSSL's SSL, and valid for the call; not called if libcurl has another library.
  std::function<void(const ssl_st&)> onTls = {};

  // Bytes of a body, unpacked; one that is longer ends the exchange with an error. 0: any.
  std::uint64_t bodyLimit = 0;

  // Since the beginning of the exchange; zero if it did not come so far.
  std::chrono::microseconds looked{};     // the address is known
  std::chrono::microseconds connected{};  // by TCP
  std::chrono::microseconds secured{};    // by TLS; zero without
  std::chrono::microseconds sending{};    // the request is about to be sent
  std::chrono::microseconds answered{};   // the first byte of the answer came
  std::chrono::microseconds ended{};
  int status = 0;                   // of the answer, once its head is there
  double version = 0;               // of HTTP: 1, 1.1, 2; 0 if there is no answer
  std::int64_t contentLength = -1;  // as the answer tells it; -1 if it does not
  std::uint64_t bodyBytes = 0;      // unpacked, also those that were not kept
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https; a user and password in it are used unless settings have some
  Fields headers = {};
  std::string_view body = {};  // sent if it is not empty or the method is POST or PUT; must
                               // outlive the call
  // An IP address to connect to in the place of the URL's host; empty: the host is looked up.
  std::string address = {};
  // How the answer may be packed (Accept-Encoding); it is unpacked.
  std::string encoding = {};
  // Filled if not null. Then the connection is a new one and is not kept, and a body longer than
  // the limit is read to its end.
  ClientTrace* trace = nullptr;
};

struct ClientAnswer {
  int status = 0;
  Fields headers = {};  // as received; names compare without regard to case
  std::string body = {};
  bool bodyIsCut = false;  // it was longer than the limit

  // The first header field of this name; nullopt if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

// The one door to libcurl: sends requests, one after the other, over a connection that is kept. Any
// status is an answer. Redirects are followed, ten at most: 307 and 308 with method and body, 301,
// 302 and 303 if the request was a GET; all others are the answer.
//
// For one thread at a time, but for cancel().
class Requester {
 public:
  // Loads libcurl. Throws std::runtime_error if that fails.
  explicit Requester(ClientSettings settings);
  ~Requester();
  Requester(const Requester&) = delete;
  Requester& operator=(const Requester&) = delete;

  // Throws ClientError if there is no answer.
  ClientAnswer send(const ClientRequest& request);

  // Ends the request under way at once, and all to come: they throw with kCancelled. From any
  // thread.
  void cancel();

 private:
  const ClientSettings settings_;
  const std::unique_ptr<class ClientConnection> connection_;
};

}  // namespace orchestrator_exporter::http
