#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "http/server/compression.h"
#include "http/server/message.h"

struct mg_connection;

namespace orchestrator_exporter::http {

// One request and its answer on a connection of civetweb's: the only place that reads from one and
// writes to it. Lives on the connection's thread while civetweb's callback runs.
class Exchange {
 public:
  explicit Exchange(mg_connection* connection) : connection_(connection) {}

  // What civetweb found in the request line and the headers, without the body. Throws HttpError
  // 400 for a path or query with a bad percent-encoding.
  Request head() const;

  // Whether the request announces a body that was not read.
  bool hasUnreadBody() const;

  // Reads the body, chunked or not, whole. Throws HttpError: 413 above `limit` bytes, 415 for a
  // compressed body, 417 for an expectation other than 100-continue, 400 for a length that makes
  // no sense or a body that ends early.
  std::string readBody(const Request& request, std::size_t limit);

  // Whether the client can send another request on this connection after this one.
  bool clientKeepsAlive() const;

  // Sends the answer in few writes; without `keepAlive` the connection is closed afterwards.
  // `gzip` is used where the response and the request allow it.
  void answer(Response response, bool keepAlive, Gzip& gzip);

  // Reads and forgets a bounded part of an unread body, so that a client that is still sending
  // gets to see the answer and not a reset connection.
  void linger();

 private:
  std::string_view header(const char* name) const;
  bool chunked() const;
  void checkLength(const Request& request, std::size_t limit) const;
  void writeAll(std::string_view head, std::span<const std::string_view> parts);
  void write(std::string_view bytes);

  mg_connection* connection_;
  bool bodyRead_ = false;
  bool silent_ = false;  // the client stopped sending its body
  bool broken_ = false;  // a write failed: the client is gone
};

}  // namespace orchestrator_exporter::http
