#include "http/security/tls/client_certificate.h"

#include <arpa/inet.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/security/tls/openssl.h"

namespace orchestrator_exporter::http {
namespace {

std::string_view bytesOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(openSsl().ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(openSsl().ASN1_STRING_length(text))};
}

// Empty for what is neither an IPv4 nor an IPv6 address.
std::string addressText(std::string_view bytes) {
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && bytes.size() != 16) return {};
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(family, bytes.data(), text, sizeof text) != nullptr ? text : "";
}

// Calls `take` for each alternative name.
template <typename Take>
void forEachName(const X509* certificate, const Take& take) {
  const OpenSsl& ssl = openSsl();
  const std::unique_ptr<GENERAL_NAMES, OpenSslDelete> names(static_cast<GENERAL_NAMES*>(
      ssl.X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return;
  const auto* const list = reinterpret_cast<const OPENSSL_STACK*>(names.get());
  for (int i = 0; i < ssl.OPENSSL_sk_num(list); ++i) {
    take(*static_cast<const GENERAL_NAME*>(ssl.OPENSSL_sk_value(list, i)));
  }
}

}  // namespace

std::vector<std::string> subjectAlternativeNames(const X509* certificate) {
  std::vector<std::string> texts;
  forEachName(certificate, [&](const GENERAL_NAME& name) {
    if (name.type == GEN_DNS || name.type == GEN_EMAIL || name.type == GEN_URI) {
      texts.emplace_back(bytesOf(name.d.ia5));
    } else if (name.type == GEN_IPADD) {
      texts.push_back(addressText(bytesOf(name.d.iPAddress)));
    }
  });
  return texts;
}

std::vector<std::string> dnsNames(const X509* certificate) {
  std::vector<std::string> texts;
  forEachName(certificate, [&](const GENERAL_NAME& name) {
    if (name.type == GEN_DNS) texts.emplace_back(bytesOf(name.d.ia5));
  });
  return texts;
}

}  // namespace orchestrator_exporter::http
