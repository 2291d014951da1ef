#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/client/client_settings.h"
#include "http/server/message.h"

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

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https; a user and password in it are used unless settings have some
  Fields headers = {};
  std::string_view body = {};  // sent if the method is POST or PUT; must outlive the call
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
