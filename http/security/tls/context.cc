#include "http/security/tls/context.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string_view>

#include "http/security/tls/client_certificate.h"
#include "http/security/tls/openssl.h"
#include "http/security/tls/pem.h"

namespace orchestrator_exporter::http {
namespace {

// The configured suites of TLS 1.2 and before, as OpenSSL lists them; empty if there are none.
std::string suiteList(const TlsSettings& settings) {
  const std::vector<std::string_view> chosen(settings.cipherSuites.begin(),
                                             settings.cipherSuites.end());
  std::string list;
  for (const std::string_view suite : chosen.empty() ? secureCipherSuites() : chosen) {
    if (!isBeforeTls13(suite)) continue;
    if (!list.empty()) list += ':';
    list += openSsl().OPENSSL_cipher_name(std::string(suite).c_str());
  }
  return list;
}

std::string groupList(const std::vector<std::string>& curves) {
  std::string list;
  for (std::string curve : curves) {
    if (curve.starts_with("CurveP")) curve.replace(0, 6, "P-");
    if (!list.empty()) list += ':';
    list += curve;
  }
  return list;
}

// Finds a protocol in the client's list of names, each behind a byte with its size.
const unsigned char* findProtocol(std::string_view wanted, std::string_view offered) {
  while (!offered.empty()) {
    const std::size_t size = static_cast<unsigned char>(offered.front());
    const std::string_view name = offered.substr(1, size);
    if (name == wanted) return reinterpret_cast<const unsigned char*>(name.data());
    offered.remove_prefix(1 + name.size());
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<const TlsContext> TlsContext::make(const TlsSettings& settings, bool http2) {
  return std::shared_ptr<const TlsContext>(new TlsContext(settings, http2));
}

TlsContext::TlsContext(const TlsSettings& settings, bool http2)
    : http2_(http2),
      allowedSans_(settings.clientAllowedSans),
      context_(openSsl().SSL_CTX_new(openSsl().TLS_server_method()), OpenSslDelete{}) {
  const OpenSsl& ssl = openSsl();
  if (!context_) throw std::runtime_error("OpenSSL 3: " + openSslReason());
  // Sessions are not resumed: scrapers keep their connections, and whoever comes again shows the
  // certificate again. A peer that closes without a word is one that closes: HTTP counts its bytes.
  ssl.SSL_CTX_set_options(get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, nullptr);
  ssl.SSL_CTX_set_num_tickets(get(), 0);
  // A record is read with one call, not its header first.
  ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_READ_AHEAD, 1, nullptr);
  // An idle connection keeps no buffers.
  ssl.SSL_CTX_ctrl(get(), SSL_CTRL_MODE,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                       SSL_MODE_RELEASE_BUFFERS,
                   nullptr);
  allowVersionsAndSuites(settings);
  loadCertificate(settings);
  verifyClients(settings);
  agreeOnProtocols();
}

void TlsContext::allowVersionsAndSuites(const TlsSettings& settings) {
  const OpenSsl& ssl = openSsl();
  std::string suites = suiteList(settings);
  const TlsVersion least = suites.empty() ? TlsVersion::kTls13 : settings.minVersion;
  bool well =
      ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_MIN_PROTO_VERSION, protocolOf(least), nullptr) == 1;
  well = well && ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_MAX_PROTO_VERSION,
                                  protocolOf(settings.maxVersion), nullptr) == 1;
  if (!suites.empty()) {
    // TLS before 1.2 hashes by SHA-1, which OpenSSL allows on its lowest level only.
    if (least < TlsVersion::kTls12) suites += ":@SECLEVEL=0";
    well = well && ssl.SSL_CTX_set_cipher_list(get(), suites.c_str()) == 1;
  }
  std::string groups = groupList(settings.curves);
  if (!groups.empty()) {
    well = well && ssl.SSL_CTX_ctrl(get(), SSL_CTRL_SET_GROUPS_LIST, 0, groups.data()) == 1;
  }
  if (!well) throw std::runtime_error("OpenSSL 3: " + openSslReason());
}

void TlsContext::loadCertificate(const TlsSettings& settings) {
  const OpenSsl& ssl = openSsl();
  const auto chain = readCertificates(settings.certificate);
  bool well = ssl.SSL_CTX_use_certificate(get(), chain.front().get()) == 1;
  for (std::size_t i = 1; well && i < chain.size(); ++i) {
    well = ssl.SSL_CTX_ctrl(get(), SSL_CTRL_CHAIN_CERT, 1, chain[i].get()) == 1;
  }
  if (!well) refusePem(settings.certificate, openSslReason());
  const TlsKey key = readKey(settings.key);
  if (ssl.SSL_CTX_use_PrivateKey(get(), key.get()) != 1 ||
      ssl.SSL_CTX_check_private_key(get()) != 1) {
    refusePem(settings.key, "is not the key of the certificate");
  }
}

void TlsContext::verifyClients(const TlsSettings& settings) {
  const OpenSsl& ssl = openSsl();
  verifies_ = settings.clientAuth == ClientAuth::kVerifyIfGiven ||
              settings.clientAuth == ClientAuth::kRequireAndVerify;
  if (settings.clientCa.given()) {
    for (const TlsCertificate& ca : readCertificates(settings.clientCa)) {
      ssl.X509_STORE_add_cert(ssl.SSL_CTX_get_cert_store(get()), ca.get());
      ssl.SSL_CTX_add_client_CA(get(), ca.get());
    }
    // Whatever is in the bundle is trusted, an intermediate too.
    ssl.X509_STORE_set_flags(ssl.SSL_CTX_get_cert_store(get()), X509_V_FLAG_PARTIAL_CHAIN);
  } else if (verifies_) {
    ssl.SSL_CTX_set_default_verify_paths(get());
  }
  int mode = settings.clientAuth == ClientAuth::kNone ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
  if (settings.clientAuth == ClientAuth::kRequireAny ||
      settings.clientAuth == ClientAuth::kRequireAndVerify || !allowedSans_.empty()) {
    mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;  // has no effect alone
  }
  ssl.SSL_CTX_set_verify(get(), mode, nullptr);
  ssl.SSL_CTX_set_cert_verify_callback(
      get(),
      [](X509_STORE_CTX* chain, void* self) {
        return static_cast<const TlsContext*>(self)->accepts(chain) ? 1 : 0;
      },
      this);
}

bool TlsContext::accepts(X509_STORE_CTX* chain) const {
  const OpenSsl& ssl = openSsl();
  if (verifies_ && ssl.X509_verify_cert(chain) != 1) return false;
  if (allowedSans_.empty()) return true;
  for (const std::string& name : subjectAlternativeNames(ssl.X509_STORE_CTX_get0_cert(chain))) {
    if (std::find(allowedSans_.begin(), allowedSans_.end(), name) != allowedSans_.end()) {
      return true;
    }
  }
  ssl.X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return false;
}

void TlsContext::agreeOnProtocols() {
  openSsl().SSL_CTX_set_alpn_select_cb(
      get(),
      [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
         unsigned offeredSize, void* self) {
        const std::string_view list(reinterpret_cast<const char*>(offered), offeredSize);
        *chosen = findProtocol("http/1.1", list);
        if (*chosen == nullptr && static_cast<const TlsContext*>(self)->http2_) {
          *chosen = findProtocol("h2", list);
        }
        if (*chosen == nullptr) return SSL_TLSEXT_ERR_NOACK;
        *size = (*chosen)[-1];
        return SSL_TLSEXT_ERR_OK;
      },
      this);
}

}  // namespace orchestrator_exporter::http
