#pragma once

#include <string>
#include <vector>

struct x509_st;

namespace orchestrator_exporter::http {

// The subject alternative names of a certificate, as text: DNS names, e-mail addresses, IP
// addresses
// ("10.0.0.1", "2001:db8::1") and URIs. Needs OpenSSL loaded.
std::vector<std::string> subjectAlternativeNames(const x509_st* certificate);

// The DNS names among them alone.
std::vector<std::string> dnsNames(const x509_st* certificate);

}  // namespace orchestrator_exporter::http
