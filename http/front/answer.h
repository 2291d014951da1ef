#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/compression.h"
#include "http/server/message.h"
#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter::http {

// A response as bytes, and how far it has been sent. Not movable, since its parts may point into
// it; for one thread at a time.
class Answer {
 public:
  // Puts the head before the response, adds Date, Content-Length and `more` fields, and compresses
  // the body if response.compressible is set. For the method HEAD the body is left out, and the
  // channel too.
  // `keepAlive` says what the Connection field tells the client.
  Answer(Response response, std::string_view method, bool keepAlive, const Fields& more,
         Gzip& gzip);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  int status() const { return status_; }
  // Its body is in the parts.
  const Response& response() const { return response_; }
  bool keepAlive() const { return keepAlive_; }
  // What goes on behind it; null if nothing does.
  const std::shared_ptr<Channel>& channel() const { return response_.channel; }
  std::size_t size() const { return size_; }
  std::size_t sent() const { return sent_; }
  bool done() const { return sent_ == size_; }

  // The next bytes to send, at most `most` runs of them; none once it is done.
  std::vector<std::string_view> next(std::size_t most) const;
  void advance(std::size_t bytes) { sent_ += bytes; }

  // Sends what the socket takes now, with these flags of send(2). False if the peer is gone.
  bool sendTo(int socket, int flags = 0);
  // Lets go of the bytes, all of which are sent.
  void release();

 private:
  int status_;
  bool keepAlive_;
  Response response_;
  TextBuffer packed_;
  std::string head_;
  std::vector<std::string_view> parts_;  // head_ is the first
  std::size_t size_ = 0;
  std::size_t sent_ = 0;
};

}  // namespace orchestrator_exporter::http
