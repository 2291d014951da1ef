#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/security/tls/session.h"
#include "tests/http/security/tls/certificates.h"

namespace orchestrator_exporter::test {

// A connection between a client of OpenSSL and a session of the server, over a pair of non-blocking
// sockets. One thread plays both.
class TlsConnection {
 public:
  struct Client {
    int minVersion = TLS1_2_VERSION;
    int maxVersion = TLS1_3_VERSION;
    std::string suites = {};                  // OpenSSL's list for TLS 1.2 and before
    std::string groups = {};                  // likewise
    std::vector<std::string> protocols = {};  // for ALPN
    Issued certificate = {};
  };

  TlsConnection(std::shared_ptr<const http::TlsContext> context, const Client& client);
  ~TlsConnection();
  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  // Shakes hands until both sides are done or one has failed. What the server got.
  http::TlsStatus shakeHands();

  http::TlsSession& server() { return *server_; }
  SSL* client() const { return client_.get(); }
  int clientSocket() const { return sockets_[1]; }
  // Ends the client's side of the connection without a word.
  void hangUp();

  std::string version() const { return SSL_get_version(client()); }
  std::string suite() const { return SSL_CIPHER_standard_name(SSL_get_current_cipher(client())); }
  // The common name of the server's certificate, and how many came with it.
  std::string serverName() const;
  int chainLength() const;
  // The common names of the authorities that the server told the client.
  std::vector<std::string> toldAuthorities() const;

 private:
  int sockets_[2] = {-1, -1};
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> client_;
  std::unique_ptr<http::TlsSession> server_;
};

}  // namespace orchestrator_exporter::test
