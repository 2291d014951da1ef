#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/security/tls/client_context.h"
#include "http/security/tls/context.h"

struct ssl_st;

namespace orchestrator_exporter::http {

enum class TlsStatus : std::uint8_t {
  kDone,
  kWantRead,   // again once the socket can be read
  kWantWrite,  // again once the socket can be written
  kClosed,     // by the peer
  kFailed,     // reason() tells why; the connection is of no use any more
};

struct TlsResult {
  TlsStatus status = TlsStatus::kFailed;
  std::size_t bytes = 0;  // how many were read or written, with kDone
};

// One side of a TLS connection over a non-blocking socket, which it neither owns nor closes. For
// one thread at a time. The process must ignore SIGPIPE.
class TlsSession {
 public:
  // The server's side.
  TlsSession(std::shared_ptr<const TlsContext> context, int socket);
  // The client's; the server must prove to be `name`, a host name or an IP address, unless the
  // context takes any certificate.
  TlsSession(std::shared_ptr<const TlsClientContext> context, int socket, const std::string& name);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // First of all, until it is done. Fails if the peer's certificate is not accepted.
  TlsResult handshake();

  // Reads until something is there. Bytes that have come already may be waiting inside, where no
  // poll sees them: read until kWantRead before waiting for the socket.
  TlsResult read(char* to, std::size_t size);

  // Writes some of the bytes, from the first on. After kWantRead or kWantWrite the same bytes must
  // come again; they may lie elsewhere, and more may follow them.
  TlsResult write(std::string_view bytes);

  // Tells the peer that no more comes, once; does not wait for its answer.
  TlsResult shutdown();

  // What was agreed on in the handshake: "http/1.1", "h2", or nothing.
  std::string_view alpn() const;

  // For tlsFactsOf(), once the handshake is done.
  ssl_st& handle() const { return *session_; }

  // Why the last call failed, in words for the log.
  const std::string& reason() const { return reason_; }

 private:
  TlsResult resultOf(int returned);
  std::string reasonOf(int error, int systemError) const;

  const bool isClient_;
  const std::shared_ptr<const void> context_;  // outlives the session
  const std::shared_ptr<ssl_st> session_;
  bool broken_ = false;
  std::string reason_;
};

}  // namespace orchestrator_exporter::http
