#pragma once

#include <memory>
#include <optional>

#include "http/front/transport.h"
#include "http/security/tls/session.h"

namespace orchestrator_exporter::http {

// A socket with TLS over it. Takes the socket over; without a context every handshake fails.
class TlsTransport final : public Transport {
 public:
  TlsTransport(std::shared_ptr<const TlsContext> context, int socket);
  ~TlsTransport() override;
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  int socket() const override { return socket_; }
  bool isPlain() const override { return false; }
  bool takesHttp2() const override { return session_ && session_->alpn() == "h2"; }
  Result handshake() override;
  Result read(char* bytes, std::size_t size, std::size_t& got) override;
  Result send(std::string_view bytes, std::size_t& sent) override;
  Result send(Answer& answer) override;
  void finish() override;

 private:
  const int socket_;
  // Until the client's whole first record is here: only then is there a session, which takes tens
  // of kilobytes.
  std::shared_ptr<const TlsContext> context_;
  std::optional<TlsSession> session_;
};

}  // namespace orchestrator_exporter::http
