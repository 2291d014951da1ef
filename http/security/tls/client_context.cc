#include "http/security/tls/client_context.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "http/security/tls/openssl.h"
#include "http/security/tls/pem.h"

namespace orchestrator_exporter::http {
namespace {

PemSource sourceOf(const Secret& secret, const char* place) {
  return {.file = secret.file, .text = secret.text, .place = place};
}

int versionOf(ClientTlsVersion version, TlsVersion otherwise) {
  switch (version) {
    case ClientTlsVersion::kTls10:
      return protocolOf(TlsVersion::kTls10);
    case ClientTlsVersion::kTls11:
      return protocolOf(TlsVersion::kTls11);
    case ClientTlsVersion::kTls12:
      return protocolOf(TlsVersion::kTls12);
    case ClientTlsVersion::kTls13:
      return protocolOf(TlsVersion::kTls13);
    default:
      return protocolOf(otherwise);
  }
}

}  // namespace

TlsClientContext::TlsClientContext(const ClientTls& settings)
    : context_(openSsl().SSL_CTX_new(openSsl().TLS_client_method()), OpenSslDelete{}) {
  const OpenSsl& ssl = openSsl();
  if (!context_) throw std::runtime_error("OpenSSL 3: " + openSslReason());
  // A peer that closes without a word is one that closes.
  ssl.SSL_CTX_set_options(get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  ssl.SSL_CTX_ctrl(get(), SSL_CTRL_MODE,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, nullptr);
  const bool isWell =
      ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_MIN_PROTO_VERSION,
                       versionOf(settings.oldest, TlsVersion::kTls12), nullptr) == 1 &&
      ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_MAX_PROTO_VERSION,
                       versionOf(settings.newest, TlsVersion::kTls13), nullptr) == 1;
  if (!isWell) throw std::runtime_error("OpenSSL 3: " + openSslReason());
  trust(settings);
  show(settings);
}

void TlsClientContext::trust(const ClientTls& settings) {
  const OpenSsl& ssl = openSsl();
  ssl.SSL_CTX_set_verify(get(), settings.skipVerify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (settings.authorities.isGiven()) {
    for (const TlsCertificate& ca : readCertificates(sourceOf(settings.authorities, "ca"))) {
      ssl.X509_STORE_add_cert(ssl.SSL_CTX_get_cert_store(get()), ca.get());
    }
    // Whatever is in the bundle is trusted, an intermediate too.
    ssl.X509_STORE_set_flags(ssl.SSL_CTX_get_cert_store(get()), X509_V_FLAG_PARTIAL_CHAIN);
  } else if (!settings.skipVerify) {
    ssl.SSL_CTX_set_default_verify_paths(get());
  }
}

void TlsClientContext::show(const ClientTls& settings) {
  if (!settings.certificate.isGiven()) return;
  const OpenSsl& ssl = openSsl();
  const PemSource source = sourceOf(settings.certificate, "cert");
  const std::vector<TlsCertificate> chain = readCertificates(source);
  bool isWell = ssl.SSL_CTX_use_certificate(get(), chain.front().get()) == 1;
  for (std::size_t i = 1; isWell && i < chain.size(); ++i) {
    isWell = ssl.SSL_CTX_ctrl(get(), SSL_CTRL_CHAIN_CERT, 1, chain[i].get()) == 1;
  }
  if (!isWell) refusePem(source, openSslReason());
  const PemSource keySource = sourceOf(settings.key, "key");
  const TlsKey key = readKey(keySource);
  if (ssl.SSL_CTX_use_PrivateKey(get(), key.get()) != 1 ||
      ssl.SSL_CTX_check_private_key(get()) != 1) {
    refusePem(keySource, "is not the key of the certificate");
  }
}

}  // namespace orchestrator_exporter::http
