#include "http/client/connection.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {

namespace {

using Kind = ClientError::Kind;
using std::chrono::milliseconds;

Kind kindOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Kind::kTimedOut;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return Kind::kNotConnected;
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return Kind::kInvalid;
    default:
      return Kind::kBroken;
  }
}

long oldestOf(ClientTlsVersion version) {
  switch (version) {
    case ClientTlsVersion::kTls10:
      return CURL_SSLVERSION_TLSv1_0;
    case ClientTlsVersion::kTls11:
      return CURL_SSLVERSION_TLSv1_1;
    case ClientTlsVersion::kTls13:
      return CURL_SSLVERSION_TLSv1_3;
    default:
      return CURL_SSLVERSION_TLSv1_2;
  }
}

long newestOf(ClientTlsVersion version) {
  switch (version) {
    case ClientTlsVersion::kTls10:
      return CURL_SSLVERSION_MAX_TLSv1_0;
    case ClientTlsVersion::kTls11:
      return CURL_SSLVERSION_MAX_TLSv1_1;
    case ClientTlsVersion::kTls12:
      return CURL_SSLVERSION_MAX_TLSv1_2;
    default:
      return CURL_SSLVERSION_MAX_DEFAULT;
  }
}

double versionOf(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return 1;
    case CURL_HTTP_VERSION_1_1:
      return 1.1;
    case CURL_HTTP_VERSION_2_0:
      return 2;
    default:
      return 0;
  }
}

void tellOfTls(CURL* easy, const ClientTrace& trace) {
  if (!trace.onTls) return;
  const curl_tlssessioninfo* session = nullptr;
  if (curl().easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK) return;
  if (session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL) return;
  if (session->internals != nullptr) trace.onTls(*static_cast<const ssl_st*>(session->internals));
}

// A field that would end its line early would be two.
void checkField(std::string_view text) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw ClientError(Kind::kInvalid, "a header has a line end in it");
  }
}

}  // namespace

ClientConnection::ClientConnection(const ClientSettings& settings)
    : settings_(settings), multi_(curl().multi_init()), easy_(curl().easy_init()) {
  if (multi_ == nullptr || easy_ == nullptr) throw std::bad_alloc();
}

template <typename Value>
void ClientConnection::set(CURLoption option, Value value) {
  setCurlOption(easy_.get(), option, value);
}

ClientAnswer ClientConnection::exchange(const ClientRequest& request, const ClientUrl& url,
                                        bool trusted, Deadline deadline) {
  // Keeps the connection.
  curl().easy_reset(easy_.get());
  char reason[CURL_ERROR_SIZE] = "";
  Received received{{}, settings_.bodyLimit, request.trace, easy_.get()};
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_HEADERFUNCTION, &ClientConnection::takeHeader);
  set(CURLOPT_HEADERDATA, &received);
  set(CURLOPT_WRITEFUNCTION, &ClientConnection::takeBody);
  set(CURLOPT_WRITEDATA, &received);
  connectTo_ = nullptr;
  setRequest(request, url);
  setTls(url);
  setPlace(url, request.address);
  setProxy(url);
  setHeaders(request, url, trusted);

  const CURLcode code = run(deadline);
  if (request.trace != nullptr) fill(*request.trace);
  const bool isEnough = received.answer.bodyIsCut && request.trace == nullptr;
  if (code != CURLE_OK && !isEnough) fail(code, url, reason);
  long status = 0;
  curl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  received.answer.status = static_cast<int>(status);
  return std::move(received.answer);
}

void ClientConnection::cancel() {
  cancelled_ = true;
  curl().multi_wakeup(multi_.get());
}

void ClientConnection::setRequest(const ClientRequest& request, const ClientUrl& url) {
  set(CURLOPT_URL, url.whole.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_HTTP_VERSION,
      static_cast<long>(settings_.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  if (!settings_.userAgent.empty()) set(CURLOPT_USERAGENT, settings_.userAgent.c_str());
  if (request.method == "POST" || request.method == "PUT" || !request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data() != nullptr ? request.body.data() : "");
  } else if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  }
  if (!request.encoding.empty()) set(CURLOPT_ACCEPT_ENCODING, request.encoding.c_str());
  if (request.trace != nullptr) {
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
  }
  if (request.method != "GET") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void ClientConnection::setSecret(const Secret& secret, CURLoption file, CURLoption blob) {
  if (!secret.file.empty()) {
    set(file, secret.file.c_str());
  } else if (!secret.text.empty()) {
    curl_blob bytes{const_cast<char*>(secret.text.data()), secret.text.size(), CURL_BLOB_COPY};
    set(blob, &bytes);
  }
}

void ClientConnection::setTls(const ClientUrl& url) {
  if (url.scheme != "https") return;
  const ClientTls& tls = settings_.tls;
  set(CURLOPT_SSLVERSION, oldestOf(tls.oldest) | newestOf(tls.newest));
  // A session that goes on would take the certificates of the one before.
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
  set(CURLOPT_CA_CACHE_TIMEOUT, 0L);
  setSecret(tls.authorities, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB);
  if (tls.authorities.isGiven()) set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  setSecret(tls.certificate, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB);
  setSecret(tls.key, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB);
  if (tls.skipVerify) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

// libcurl asks and checks for the URL's host: so that is the name, and the place another.
void ClientConnection::setPlace(const ClientUrl& url, const std::string& address) {
  const std::string& serverName = settings_.tls.serverName;
  const bool isRenamed = url.scheme == "https" && !serverName.empty();
  if (!isRenamed && address.empty()) return;
  const std::string& host = isRenamed ? serverName : url.host;
  std::string place = address.empty() ? url.host : address;
  if (place.find(':') != std::string::npos && place.front() != '[') place = "[" + place + "]";
  const std::string line = host + ":" + url.port + ":" + place + ":" + url.port;
  connectTo_.reset(curl().slist_append(nullptr, line.c_str()));
  set(CURLOPT_CONNECT_TO, connectTo_.get());
  if (isRenamed) set(CURLOPT_URL, withHost(url, serverName).c_str());
}

void ClientConnection::setProxy(const ClientUrl& url) {
  const ClientProxy& proxy = settings_.proxy;
  if (!proxy.url.empty()) {
    set(CURLOPT_PROXY, proxy.url.c_str());
    set(CURLOPT_NOPROXY, proxy.noProxy.c_str());
  } else if (!proxy.fromEnvironment || url.isLoopback()) {
    set(CURLOPT_PROXY, "");
  } else if (url.scheme == "http" && std::getenv("http_proxy") == nullptr) {
    // libcurl reads the others itself, but not this one, which a CGI program gets from its client.
    if (const char* const given = std::getenv("HTTP_PROXY")) set(CURLOPT_PROXY, given);
  }
}

void ClientConnection::addHeader(std::string_view name, std::string_view value) {
  checkField(name);
  checkField(value);
  std::string line(name);
  // With a colon, libcurl takes a header without a value for one to leave out.
  line += value.empty() ? ";" : ": " + std::string(value);
  appendLine(headers_, line);
}

void ClientConnection::setHeaders(const ClientRequest& request, const ClientUrl& url,
                                  bool trusted) {
  // libcurl would wait for a server's word before it sends a larger body.
  headers_.reset(curl().slist_append(nullptr, "Expect:"));
  const auto says = [&](std::string_view name) {
    return fieldOf(request.headers, name).has_value();
  };
  // Nor is a body a form unless somebody says so.
  if (!says("Content-Type")) appendLine(headers_, "Content-Type:");
  for (const auto& [name, value] : request.headers) addHeader(name, value);
  // Of another URL than the one that is asked (setPlace).
  if (connectTo_ != nullptr && !says("Host")) addHeader("Host", url.authority());
  if (trusted) {
    for (const auto& [name, value] : settings_.headers) addHeader(name, value.read());
    const std::string credentials = settings_.authorization();
    if (!credentials.empty()) addHeader("Authorization", credentials);
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
}

CURLcode ClientConnection::run(Deadline deadline) {
  constexpr milliseconds kAWhile(1000);
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left.count(), 1)));
  if (curl().multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  struct Removal {
    ~Removal() { curl().multi_remove_handle(multi, easy); }
    CURLM* multi;
    CURL* easy;
  } const removal{multi_.get(), easy_.get()};
  for (int running = 1;;) {
    if (cancelled_) throw ClientError(Kind::kCancelled, "cancelled");
    if (curl().multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running == 0) break;
    curl().multi_poll(multi_.get(), nullptr, 0, static_cast<int>(kAWhile.count()), nullptr);
  }
  int others = 0;
  const CURLMsg* const message = curl().multi_info_read(multi_.get(), &others);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

void ClientConnection::fill(ClientTrace& trace) const {
  const auto time = [&](CURLINFO info) {
    curl_off_t value = 0;
    curl().easy_getinfo(easy_.get(), info, &value);
    return std::chrono::microseconds(value);
  };
  trace.looked = time(CURLINFO_NAMELOOKUP_TIME_T);
  trace.connected = time(CURLINFO_CONNECT_TIME_T);
  trace.secured = time(CURLINFO_APPCONNECT_TIME_T);
  trace.sending = time(CURLINFO_PRETRANSFER_TIME_T);
  trace.answered = time(CURLINFO_STARTTRANSFER_TIME_T);
  trace.ended = time(CURLINFO_TOTAL_TIME_T);
  long status = 0;
  curl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  trace.status = static_cast<int>(status);
  long version = CURL_HTTP_VERSION_NONE;
  curl().easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  trace.version = versionOf(version);
  curl_off_t length = -1;
  curl().easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  trace.contentLength = length;
}

void ClientConnection::fail(CURLcode code, const ClientUrl& url, const char* reason) const {
  const std::string_view why = *reason != '\0' ? reason : curl().easy_strerror(code);
  throw ClientError(kindOf(code), url.authority() + ": " + std::string(why));
}

// A head of 1xx, of a proxy's CONNECT or of the answer itself begins with a status line: the last
// one counts.
std::size_t ClientConnection::takeHeader(char* bytes, std::size_t one, std::size_t count,
                                         void* received) {
  auto& [answer, limit, trace, easy] = *static_cast<Received*>(received);
  Fields& headers = answer.headers;
  const std::string_view line = std::string_view(bytes, one * count);
  if (line.starts_with("HTTP/")) {
    headers.clear();
    if (trace != nullptr) tellOfTls(easy, *trace);
    return line.size();
  }
  const std::size_t colon = line.find(':');
  const std::size_t end = line.find_last_not_of("\r\n");
  if (colon == std::string_view::npos || end == std::string_view::npos) return line.size();
  headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1, end - colon)));
  return line.size();
}

std::size_t ClientConnection::takeBody(char* bytes, std::size_t one, std::size_t count,
                                       void* received) {
  auto& [answer, limit, trace, easy] = *static_cast<Received*>(received);
  const std::size_t taken = std::min(one * count, limit - answer.body.size());
  answer.body.append(bytes, taken);
  answer.bodyIsCut = taken < one * count;
  if (trace == nullptr) return taken;
  trace->bodyBytes += one * count;
  const bool isTooLong = trace->bodyLimit > 0 && trace->bodyBytes > trace->bodyLimit;
  return isTooLong ? 0 : one * count;
}

}  // namespace orchestrator_exporter::http
