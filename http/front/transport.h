#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/front/answer.h"

namespace orchestrator_exporter::http {

// How bytes get to a client and back: plain, or through TLS. Owns the socket; never blocks.
class Transport {
 public:
  enum class Result : std::uint8_t {
    kDone,
    kWait,    // for the socket to become ready
    kEnded,   // the peer will send no more
    kFailed,  // the connection is broken
  };

  virtual ~Transport() = default;
  virtual int socket() const = 0;
  // Whether a worker may send on the socket itself.
  virtual bool isPlain() const = 0;
  // Whether the client may speak HTTP/2: after the handshake, by what it agreed on.
  virtual bool takesHttp2() const = 0;
  // Before the first byte; kDone if there is nothing to agree on.
  virtual Result handshake() = 0;
  // At most `size` bytes; `got` of them with kDone, never 0.
  virtual Result read(char* bytes, std::size_t size, std::size_t& got) = 0;
  virtual Result send(std::string_view bytes, std::size_t& sent) = 0;
  // As much of the answer as goes now: kDone once all of it is out.
  virtual Result send(Answer& answer) = 0;
  // Tells the peer that no more comes.
  virtual void finish() = 0;
  // Sends an answer that nothing follows, and closes the socket once all of it is out, unless the
  // peer has sent what nobody has read: the kernel would reset the connection then, and take the
  // answer with it.
  virtual Result sendLast(Answer& answer) { return send(answer); }
  virtual bool isClosed() const { return false; }
};

// A socket as it is. Takes it over.
class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}
  ~PlainTransport() override;
  PlainTransport(const PlainTransport&) = delete;
  PlainTransport& operator=(const PlainTransport&) = delete;

  int socket() const override { return socket_; }
  bool isPlain() const override { return true; }
  bool takesHttp2() const override { return true; }
  Result handshake() override { return Result::kDone; }
  Result read(char* bytes, std::size_t size, std::size_t& got) override;
  Result send(std::string_view bytes, std::size_t& sent) override;
  Result send(Answer& answer) override;
  void finish() override;
  Result sendLast(Answer& answer) override;
  bool isClosed() const override { return socket_ < 0; }

 private:
  int socket_;  // -1 once it is closed
};

}  // namespace orchestrator_exporter::http
