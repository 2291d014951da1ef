#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/kernel/descriptor.h"
#include "exporter/probes/ip_address.h"
#include "exporter/probes/waiting.h"
#include "http/client/client_settings.h"
#include "http/security/tls/facts.h"
#include "http/security/tls/session.h"

namespace orchestrator_exporter::probes {

// A socket of the address' family that does not block, bound to `source` if that is given. Throws
// ProbeFailure.
Descriptor openSocket(const IpAddress& peer, int type, int protocol, const std::string& source);

// A TCP connection, with TLS from some point on. All calls wait as `waiting` says and throw
// ProbeFailure. For one thread.
class Stream {
 public:
  // Connects; `source` is an address of this host, or empty.
  Stream(const IpAddress& peer, std::uint16_t port, const std::string& source, Waiting& waiting);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // `name` is who the server must prove to be, unless the settings have another.
  void startTls(const http::ClientTls& settings, const std::string& name);
  // Of the TLS session; nullopt without one.
  std::optional<http::TlsFacts> tlsFacts() const;

  void write(std::string_view bytes);
  // Some bytes, those behind the line that was read last before all others, valid until the next
  // call; empty at the end of the connection.
  std::string_view read();
  // The next line, without its end; nullopt at the end of the connection. Longer ones than 64 KiB
  // are a failure.
  std::optional<std::string> readLine();

 private:
  std::size_t readInto(char* to, std::size_t size);
  void waitFor(const http::TlsResult& result);

  Waiting& waiting_;
  const Descriptor socket_;
  bool mayHaveMore_ = false;  // to be read without waiting
  bool verified_ = false;
  std::unique_ptr<http::TlsSession> tls_;
  std::string buffer_;  // what was read beyond the line
  std::string given_;   // by read()
};

}  // namespace orchestrator_exporter::probes
