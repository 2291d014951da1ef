#include "http/client/mailer.h"

#include <memory>

#include "http/client/curl_easy.h"
#include "metrics/base/base64.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {

namespace {

using Kind = ClientError::Kind;

struct MimeDelete {
  void operator()(curl_mime* mime) const { curl().mime_free(mime); }
};

// Bytes that curl is handed one after the other, or that it hands over and nobody wants.
std::size_t ignore(char*, std::size_t one, std::size_t count, void*) { return one * count; }

int stopsIfCancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

bool isLoopback(const std::string& host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "[::1]";
}

// One mail with what libcurl needs for it.
class Sending {
 public:
  explicit Sending(const MailSettings& settings) : settings_(settings), easy_(curl().easy_init()) {
    if (easy_ == nullptr) throw std::bad_alloc();
  }

  MailAnswer run(const Mail& mail, std::atomic<bool>& cancelled) {
    char reason[CURL_ERROR_SIZE] = "";
    set(CURLOPT_ERRORBUFFER, reason);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
    set(CURLOPT_WRITEFUNCTION, &ignore);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &stopsIfCancelled);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&cancelled));
    set(CURLOPT_PROXY, "");
    setServer();
    setCredentials();
    setMail(mail);
    const CURLcode code = curl().easy_perform(easy_.get());
    long status = 0;
    curl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) return {static_cast<int>(status), true};
    if (code == CURLE_ABORTED_BY_CALLBACK) throw ClientError(Kind::kCancelled, "cancelled");
    if (status >= 400) return {static_cast<int>(status), false};
    const std::string why = *reason != '\0' ? reason : curl().easy_strerror(code);
    throw ClientError(code == CURLE_OPERATION_TIMEDOUT ? Kind::kTimedOut : Kind::kNotConnected,
                      settings_.host + ":" + std::to_string(settings_.port) + ": " + why);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    setCurlOption(easy_.get(), option, value);
  }

  void setBytes(const Secret& secret, CURLoption option) {
    if (!secret.isGiven()) return;
    const std::string text = secret.read();
    curl_blob bytes{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
    set(option, &bytes);
  }

  void setServer() {
    const bool isImplicit = settings_.port == 465;
    const std::string url = std::string(isImplicit ? "smtps://" : "smtp://") + settings_.host +
                            ":" + std::to_string(settings_.port) + "/" + settings_.hello;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    const bool wouldTellAll = !settings_.user.empty() && !isLoopback(settings_.host);
    set(CURLOPT_USE_SSL,
        static_cast<long>(settings_.requireTls || isImplicit || wouldTellAll ? CURLUSESSL_ALL
                                                                             : CURLUSESSL_TRY));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    setBytes(settings_.tls.authorities, CURLOPT_CAINFO_BLOB);
    setBytes(settings_.tls.certificate, CURLOPT_SSLCERT_BLOB);
    setBytes(settings_.tls.key, CURLOPT_SSLKEY_BLOB);
    if (!settings_.tls.skipVerify) return;
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }

  void setCredentials() {
    if (settings_.user.empty()) return;
    const bool isChallenged = !settings_.password.isGiven() && !settings_.secret.empty();
    const std::string password = isChallenged ? settings_.secret : settings_.password.read();
    set(CURLOPT_USERNAME, settings_.user.c_str());
    set(CURLOPT_PASSWORD, password.c_str());
    set(CURLOPT_LOGIN_OPTIONS, isChallenged ? "AUTH=CRAM-MD5" : "AUTH=PLAIN;AUTH=LOGIN");
    if (!settings_.identity.empty()) set(CURLOPT_SASL_AUTHZID, settings_.identity.c_str());
  }

  void setMail(const Mail& mail) {
    set(CURLOPT_MAIL_FROM, mail.sender.c_str());
    for (const std::string& recipient : mail.recipients) appendLine(recipients_, recipient);
    set(CURLOPT_MAIL_RCPT, recipients_.get());
    for (const auto& [name, value] : mail.headers) {
      appendLine(headers_, name + ": " + encodedHeader(value));
    }
    appendLine(headers_, "MIME-Version: 1.0");
    appendLine(headers_, "Content-Type: multipart/alternative");
    set(CURLOPT_HTTPHEADER, headers_.get());
    mime_.reset(curl().mime_init(easy_.get()));
    if (!mail.text.empty()) addPart(mail.text, "text/plain; charset=UTF-8");
    if (!mail.html.empty()) addPart(mail.html, "text/html; charset=UTF-8");
    set(CURLOPT_MIMEPOST, mime_.get());
  }

  void addPart(const std::string& text, const char* type) {
    curl_mimepart* const part = curl().mime_addpart(mime_.get());
    curl().mime_data(part, text.data(), text.size());
    curl().mime_type(part, type);
    curl().mime_encoder(part, "quoted-printable");
  }

  const MailSettings& settings_;
  // The handle goes before what it uses.
  CurlList recipients_;
  CurlList headers_;
  std::unique_ptr<curl_mime, MimeDelete> mime_;
  const std::unique_ptr<CURL, CurlDelete> easy_;
};

bool isPlain(std::string_view text) {
  for (const unsigned char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

}  // namespace

Mailer::Mailer(MailSettings settings) : settings_(std::move(settings)) { curl(); }

MailAnswer Mailer::send(const Mail& mail) { return Sending(settings_).run(mail, cancelled_); }

std::string encodedHeader(std::string_view text) {
  std::string line = toUtf8(text);
  for (char& c : line) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  if (isPlain(line)) return line;
  // A word has 75 characters at most, and whole characters of the text.
  constexpr std::size_t kMostBytes = 42;
  std::string encoded;
  for (std::string_view rest = line; !rest.empty();) {
    const std::string_view piece = utf8Prefix(rest, kMostBytes);
    rest.remove_prefix(piece.size());
    encoded += (encoded.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + encodeBase64(piece) + "?=");
  }
  return encoded;
}

}  // namespace orchestrator_exporter::http
