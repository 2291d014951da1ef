#include "http/security/tls/facts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <limits>
#include <memory>
#include <string_view>

#include "http/security/tls/client_certificate.h"
#include "http/security/tls/openssl.h"

namespace orchestrator_exporter::http {
namespace {

std::string hexOf(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

double expiryOf(const X509* certificate) {
  std::tm time{};
  if (openSsl().ASN1_TIME_to_tm(openSsl().X509_get0_notAfter(certificate), &time) != 1) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return static_cast<double>(timegm(&time));
}

// The first time at which one of them is not valid any more; there must be one.
double earliestOf(const STACK_OF(X509) * chain) {
  const auto* const list = reinterpret_cast<const OPENSSL_STACK*>(chain);
  double earliest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < openSsl().OPENSSL_sk_num(list); ++i) {
    earliest =
        std::min(earliest, expiryOf(static_cast<const X509*>(openSsl().OPENSSL_sk_value(list, i))));
  }
  return earliest;
}

// The most specific part first, in UTF-8.
std::string unicodeName(const X509_NAME* name) {
  const OpenSsl& ssl = openSsl();
  const std::unique_ptr<BIO, OpenSslDelete> text(ssl.BIO_new(ssl.BIO_s_mem()));
  if (!text) return {};
  constexpr unsigned long kFlags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (ssl.X509_NAME_print_ex(text.get(), name, 0, kFlags) < 0) return {};
  char* bytes = nullptr;
  const long size = ssl.BIO_ctrl(text.get(), BIO_CTRL_INFO, 0, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

// "TLSv1.3" is "TLS 1.3", and "TLSv1" is "TLS 1.0".
std::string versionText(std::string_view version) {
  if (version == "TLSv1") return "TLS 1.0";
  if (version.starts_with("TLSv")) return "TLS " + std::string(version.substr(4));
  return std::string(version);
}

}  // namespace

std::optional<TlsFacts> tlsFactsOf(const SSL& session, bool verified) {
  const OpenSsl& ssl = openSsl();
  const STACK_OF(X509)* const shown = ssl.SSL_get_peer_cert_chain(&session);
  const auto* const list = reinterpret_cast<const OPENSSL_STACK*>(shown);
  if (shown == nullptr || ssl.OPENSSL_sk_num(list) < 1) return std::nullopt;
  const X509* const own = static_cast<const X509*>(ssl.OPENSSL_sk_value(list, 0));
  TlsFacts facts;
  facts.version = versionText(ssl.SSL_get_version(&session));
  if (const SSL_CIPHER* const cipher = ssl.SSL_get_current_cipher(&session)) {
    const char* const name = ssl.SSL_CIPHER_standard_name(cipher);
    facts.cipher = name != nullptr ? name : "";
  }
  facts.earliestExpiry = earliestOf(shown);
  if (const STACK_OF(X509)* const chain = ssl.SSL_get0_verified_chain(&session);
      verified && chain != nullptr) {
    facts.chainExpiry = earliestOf(chain);
  }
  std::array<unsigned char, 32> digest{};
  unsigned size = digest.size();
  if (ssl.X509_digest(own, ssl.EVP_sha256(), digest.data(), &size) == 1) {
    facts.fingerprint = hexOf(digest.data(), size);
  }
  facts.subject = unicodeName(ssl.X509_get_subject_name(own));
  facts.issuer = unicodeName(ssl.X509_get_issuer_name(own));
  for (const std::string& name : dnsNames(own)) {
    facts.alternatives += (facts.alternatives.empty() ? "" : ",") + name;
  }
  const ASN1_INTEGER* const serial = ssl.X509_get0_serialNumber(own);
  facts.serial = hexOf(ssl.ASN1_STRING_get0_data(serial),
                       static_cast<std::size_t>(ssl.ASN1_STRING_length(serial)));
  return facts;
}

}  // namespace orchestrator_exporter::http
