#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>

namespace orchestrator_exporter::http {

// What is called of OpenSSL 3.0 (libssl and libcrypto), by the names there. Its macros call these
// functions by name, so they cannot be used: what SSL_CTX_set_mode() does is SSL_CTX_ctrl() here.
#define ORCHESTRATOR_EXPORTER_OPENSSL(function) \
  function(ASN1_STRING_get0_data);              \
  function(ASN1_STRING_length);                 \
  function(ASN1_TIME_to_tm);                    \
  function(BIO_ctrl);                           \
  function(BIO_free);                           \
  function(BIO_new);                            \
  function(BIO_new_mem_buf);                    \
  function(BIO_s_mem);                          \
  function(ERR_clear_error);                    \
  function(ERR_peek_error);                     \
  function(ERR_peek_last_error);                \
  function(ERR_reason_error_string);            \
  function(EVP_PKEY_free);                      \
  function(EVP_sha256);                         \
  function(GENERAL_NAMES_free);                 \
  function(OPENSSL_cipher_name);                \
  function(OPENSSL_init_ssl);                   \
  function(OPENSSL_sk_num);                     \
  function(OPENSSL_sk_value);                   \
  function(PEM_read_bio_PrivateKey);            \
  function(PEM_read_bio_X509);                  \
  function(SSL_CIPHER_standard_name);           \
  function(SSL_CTX_add_client_CA);              \
  function(SSL_CTX_check_private_key);          \
  function(SSL_CTX_ctrl);                       \
  function(SSL_CTX_free);                       \
  function(SSL_CTX_get_cert_store);             \
  function(SSL_CTX_new);                        \
  function(SSL_CTX_set_alpn_select_cb);         \
  function(SSL_CTX_set_cert_verify_callback);   \
  function(SSL_CTX_set_cipher_list);            \
  function(SSL_CTX_set_default_verify_paths);   \
  function(SSL_CTX_set_num_tickets);            \
  function(SSL_CTX_set_options);                \
  function(SSL_CTX_set_verify);                 \
  function(SSL_CTX_use_PrivateKey);             \
  function(SSL_CTX_use_certificate);            \
  function(SSL_accept);                         \
  function(SSL_connect);                        \
  function(SSL_ctrl);                           \
  function(SSL_free);                           \
  function(SSL_get0_alpn_selected);             \
  function(SSL_get0_param);                     \
  function(SSL_get0_verified_chain);            \
  function(SSL_get_current_cipher);             \
  function(SSL_get_error);                      \
  function(SSL_get_peer_cert_chain);            \
  function(SSL_get_verify_result);              \
  function(SSL_get_version);                    \
  function(SSL_new);                            \
  function(SSL_read);                           \
  function(SSL_set1_host);                      \
  function(SSL_set_fd);                         \
  function(SSL_shutdown);                       \
  function(SSL_write);                          \
  function(TLS_client_method);                  \
  function(TLS_server_method);                  \
  function(X509_NAME_print_ex);                 \
  function(X509_STORE_CTX_get0_cert);           \
  function(X509_STORE_CTX_set_error);           \
  function(X509_STORE_add_cert);                \
  function(X509_STORE_set_flags);               \
  function(X509_VERIFY_PARAM_set1_ip_asc);      \
  function(X509_digest);                        \
  function(X509_free);                          \
  function(X509_get0_notAfter);                 \
  function(X509_get0_serialNumber);             \
  function(X509_get_ext_d2i);                   \
  function(X509_get_issuer_name);               \
  function(X509_get_subject_name);              \
  function(X509_verify_cert);                   \
  function(X509_verify_cert_error_string)

struct OpenSsl {
#define ORCHESTRATOR_EXPORTER_MEMBER(function) decltype(&::function) function
  ORCHESTRATOR_EXPORTER_OPENSSL(ORCHESTRATOR_EXPORTER_MEMBER);
#undef ORCHESTRATOR_EXPORTER_MEMBER
};

// Loads the libraries with the first call: they take more memory than all the rest of a server, and
// most run without TLS. Throws std::runtime_error if that fails. Thread-safe.
const OpenSsl& openSsl();

// Why the library failed, by the first of the calling thread's errors: "no shared cipher".
std::string openSslReason();

// Frees what OpenSSL gave, for std::unique_ptr.
struct OpenSslDelete {
  void operator()(BIO* bio) const { openSsl().BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { openSsl().EVP_PKEY_free(key); }
  void operator()(GENERAL_NAMES* names) const { openSsl().GENERAL_NAMES_free(names); }
  void operator()(SSL* session) const { openSsl().SSL_free(session); }
  void operator()(SSL_CTX* context) const { openSsl().SSL_CTX_free(context); }
  void operator()(X509* certificate) const { openSsl().X509_free(certificate); }
};

}  // namespace orchestrator_exporter::http
