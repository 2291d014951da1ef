#include "tests/http/security/tls/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace orchestrator_exporter::test {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr long kDay = 24 * 60 * 60;

void must(bool well) {
  if (!well) throw std::runtime_error("OpenSSL refused to make a test's certificate");
}

Bio memory() { return {BIO_new(BIO_s_mem()), &BIO_free}; }

std::string contentOf(const Bio& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Key makeKey() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

std::string pemOf(const Key& key) {
  const Bio bio = memory();
  must(PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return contentOf(bio);
}

std::string pemOf(const Certificate& certificate) {
  const Bio bio = memory();
  must(PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  return contentOf(bio);
}

void extend(const Certificate& certificate, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate.get(), extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Unsigned yet.
Certificate makeCertificate(const std::string& commonName, const Key& key, long days) {
  const Certificate certificate(X509_new(), &X509_free);
  must(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), (days - 2) * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(commonName.c_str()), -1, -1, 0);
  must(X509_set_pubkey(certificate.get(), key.get()) == 1);
  return certificate;
}

}  // namespace

struct Authority::Parts {
  Key key;
  Certificate certificate;

  Issued sign(const Certificate& other, const Key& otherKey) const {
    must(X509_set_issuer_name(other.get(), X509_get_subject_name(certificate.get())) == 1);
    must(X509_sign(other.get(), key.get(), EVP_sha256()) > 0);
    return {pemOf(other), pemOf(otherKey)};
  }
};

Authority::Authority(const std::string& name) {
  const Key key = makeKey();
  const Certificate certificate = makeCertificate(name, key, 1);
  extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
  parts_ = std::make_shared<const Parts>(Parts{key, certificate});
  own_ = parts_->sign(certificate, key);
}

Issued Authority::issue(const std::string& commonName, const std::string& names) const {
  const Key key = makeKey();
  const Certificate certificate = makeCertificate(commonName, key, 1);
  if (!names.empty()) extend(certificate, NID_subject_alt_name, names);
  return parts_->sign(certificate, key);
}

Issued Authority::issueExpired(const std::string& commonName) const {
  const Key key = makeKey();
  return parts_->sign(makeCertificate(commonName, key, -1), key);
}

std::string encrypted(const std::string& key) {
  const Bio in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), &BIO_free);
  const Key read(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const Bio out = memory();
  const std::string password = "secret";
  must(PEM_write_bio_PrivateKey(out.get(), read.get(), EVP_aes_128_cbc(),
                                reinterpret_cast<const unsigned char*>(password.data()),
                                static_cast<int>(password.size()), nullptr, nullptr) == 1);
  return contentOf(out);
}

}  // namespace orchestrator_exporter::test
