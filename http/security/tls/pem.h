#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/security/tls/openssl.h"
#include "http/security/tls/settings.h"

namespace orchestrator_exporter::http {

using TlsCertificate = std::unique_ptr<X509, OpenSslDelete>;
using TlsKey = std::unique_ptr<EVP_PKEY, OpenSslDelete>;

// Throws ParseError that begins with the place in the configuration, and with the file if it is
// one.
[[noreturn]] void refusePem(const PemSource& source, const std::string& reason);

// At least one. Throws as refusePem() does for what cannot be read or has none.
std::vector<TlsCertificate> readCertificates(const PemSource& source);

// Throws likewise; an encrypted key is not supported.
TlsKey readKey(const PemSource& source);

// As OpenSSL numbers them.
int protocolOf(TlsVersion version);

}  // namespace orchestrator_exporter::http
