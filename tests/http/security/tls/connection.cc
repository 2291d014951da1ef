#include "tests/http/security/tls/connection.h"

#include <openssl/pem.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::test {
namespace {

void must(bool well) {
  if (!well) throw std::runtime_error("OpenSSL refused to set up a test's client");
}

std::string commonName(const X509_NAME* name) {
  char text[256] = "";
  X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
  return text;
}

void present(SSL_CTX* context, const Issued& issued) {
  BIO* const certificate = BIO_new_mem_buf(issued.certificate.data(), -1);
  X509* const read = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
  must(SSL_CTX_use_certificate(context, read) == 1);
  X509_free(read);
  BIO_free(certificate);
  BIO* const key = BIO_new_mem_buf(issued.key.data(), -1);
  EVP_PKEY* const readKey = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
  must(SSL_CTX_use_PrivateKey(context, readKey) == 1);
  EVP_PKEY_free(readKey);
  BIO_free(key);
}

std::string protocolList(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    list += static_cast<char>(protocol.size());
    list += protocol;
  }
  return list;
}

}  // namespace

TlsConnection::TlsConnection(std::shared_ptr<const http::TlsContext> context, const Client& client)
    : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), client_(nullptr, &SSL_free) {
  std::signal(SIGPIPE, SIG_IGN);
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets_) == 0);
  server_ = std::make_unique<http::TlsSession>(std::move(context), sockets_[0]);

  must(SSL_CTX_set_min_proto_version(context_.get(), client.minVersion) == 1);
  must(SSL_CTX_set_max_proto_version(context_.get(), client.maxVersion) == 1);
  // TLS before 1.2 is not to fail by what the client allows.
  const std::string suites = client.suites.empty() ? "ALL" : client.suites;
  must(SSL_CTX_set_cipher_list(context_.get(), (suites + ":@SECLEVEL=0").c_str()) == 1);
  if (!client.groups.empty()) {
    must(SSL_CTX_set1_groups_list(context_.get(), client.groups.c_str()) == 1);
  }
  if (!client.certificate.certificate.empty()) present(context_.get(), client.certificate);
  const std::string protocols = protocolList(client.protocols);
  if (!protocols.empty()) {
    must(SSL_CTX_set_alpn_protos(context_.get(),
                                 reinterpret_cast<const unsigned char*>(protocols.data()),
                                 static_cast<unsigned>(protocols.size())) == 0);
  }
  client_.reset(SSL_new(context_.get()));
  must(client_ != nullptr && SSL_set_fd(client_.get(), sockets_[1]) == 1);
}

TlsConnection::~TlsConnection() {
  hangUp();
  ::close(sockets_[0]);
}

void TlsConnection::hangUp() {
  if (sockets_[1] >= 0) ::close(sockets_[1]);
  sockets_[1] = -1;
}

http::TlsStatus TlsConnection::shakeHands() {
  // Each side goes on with what the other wrote: some turns are enough for any handshake.
  constexpr int kTurns = 10;
  http::TlsResult result{http::TlsStatus::kWantRead};
  for (int turn = 0; turn < kTurns; ++turn) {
    SSL_connect(client_.get());
    if (result.status != http::TlsStatus::kWantRead) continue;
    result = server_->handshake();
  }
  return result.status;
}

std::string TlsConnection::serverName() const {
  return commonName(X509_get_subject_name(SSL_get0_peer_certificate(client())));
}

int TlsConnection::chainLength() const { return sk_X509_num(SSL_get_peer_cert_chain(client())); }

std::vector<std::string> TlsConnection::toldAuthorities() const {
  std::vector<std::string> names;
  const STACK_OF(X509_NAME)* const told = SSL_get0_peer_CA_list(client());
  for (int i = 0; i < sk_X509_NAME_num(told); ++i) {
    names.push_back(commonName(sk_X509_NAME_value(told, i)));
  }
  return names;
}

}  // namespace orchestrator_exporter::test
