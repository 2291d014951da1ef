#include "http/security/tls/pem.h"

#include <stdexcept>
#include <utility>

#include "http/server/watched_file.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {
namespace {

std::string contentOf(const PemSource& source) {
  if (source.file.empty()) return source.text;
  try {
    return readConfiguration(source.file);
  } catch (const std::runtime_error& error) {
    refusePem(source, error.what());
  }
}

// Reads from a text that outlives it.
std::unique_ptr<BIO, OpenSslDelete> readerOf(const std::string& text) {
  openSsl().ERR_clear_error();
  return std::unique_ptr<BIO, OpenSslDelete>(
      openSsl().BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Stands in for the question on the terminal; notes that there was need of it.
int noPassword(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

void refusePem(const PemSource& source, const std::string& reason) {
  throw ParseError(source.place, 0, source.file.empty() ? reason : source.file + ": " + reason);
}

std::vector<TlsCertificate> readCertificates(const PemSource& source) {
  const OpenSsl& ssl = openSsl();
  const std::string content = contentOf(source);
  const auto reader = readerOf(content);
  bool asked = false;
  std::vector<TlsCertificate> certificates;
  while (TlsCertificate next{ssl.PEM_read_bio_X509(reader.get(), nullptr, noPassword, &asked)}) {
    certificates.push_back(std::move(next));
  }
  if (ERR_GET_REASON(ssl.ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    refusePem(source, "a bad certificate: " + openSslReason());
  }
  if (certificates.empty()) refusePem(source, "has no certificate in PEM");
  ssl.ERR_clear_error();
  return certificates;
}

TlsKey readKey(const PemSource& source) {
  const std::string content = contentOf(source);
  const auto reader = readerOf(content);
  bool asked = false;
  TlsKey key(openSsl().PEM_read_bio_PrivateKey(reader.get(), nullptr, noPassword, &asked));
  if (asked) refusePem(source, "the key is encrypted, which is not supported");
  if (!key) refusePem(source, "has no private key in PEM");
  return key;
}

int protocolOf(TlsVersion version) {
  switch (version) {
    case TlsVersion::kTls10:
      return TLS1_VERSION;
    case TlsVersion::kTls11:
      return TLS1_1_VERSION;
    case TlsVersion::kTls12:
      return TLS1_2_VERSION;
    default:
      return TLS1_3_VERSION;
  }
}

}  // namespace orchestrator_exporter::http
