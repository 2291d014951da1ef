#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "exporter/probes/context.h"
#include "exporter/probes/plain_http.h"
#include "http/client/connection.h"
#include "http/client/url.h"
#include "http/server/header_value.h"

namespace orchestrator_exporter::probes {

namespace {

using std::chrono::microseconds;

// Of a body that expressions are to match; what is longer is read but not looked at.
constexpr std::size_t kMatchedBytes = std::size_t{16} << 20;
constexpr int kMostRedirects = 10;

// What is known of the target so far.
struct HttpFound {
  std::array<double, 5> phases{};  // resolve, connect, tls, processing, transfer
  int status = 0;
  std::int64_t contentLength = 0;
  std::uint64_t bodyBytes = 0;
  int redirects = 0;
  double version = 0;
  bool isTls = false;
  bool isMismatch = false;
  bool isResolved = false;
  std::optional<http::TlsFacts> tls = {};
  std::optional<double> modified = {};

  void give(Sink& out) const;
};

void HttpFound::give(Sink& out) const {
  const auto gauge = [&](const char* name, const char* help, double value) {
    out.gauge(name, help).add(value);
  };
  const auto seconds =
      out.gauge("probe_http_duration_seconds", "How long a phase took, of all requests together.");
  constexpr std::array kNames = {"resolve", "connect", "tls", "processing", "transfer"};
  // As blackbox_exporter, which begins no other phase of a target without an address.
  const std::size_t count = isResolved ? kNames.size() : 1;
  for (std::size_t i = 0; i < count; ++i) seconds.add(phases[i], {{"phase", kNames[i]}});
  gauge("probe_http_status_code", "The status of the last answer.", status);
  gauge("probe_http_content_length", "The length of the answer as its head tells it, else -1.",
        static_cast<double>(contentLength));
  gauge("probe_http_uncompressed_body_length", "The length of the answer's body, unpacked.",
        static_cast<double>(bodyBytes));
  gauge("probe_http_redirects", "How many redirects there were.", redirects);
  gauge("probe_http_ssl", "1 if the last answer came by TLS, else 0.", isTls);
  gauge("probe_http_version", "The version of HTTP of the last answer.", version);
  gauge("probe_failed_due_to_regex", "1 if the answer did not match an expression, else 0.",
        isMismatch);
  if (modified) {
    gauge("probe_http_last_modified_timestamp_seconds",
          "The time of the answer's header Last-Modified.", *modified);
  }
  if (!tls) return;
  giveTlsFacts(*tls, out);
  out.gauge("probe_tls_cipher_info", "The cipher suite that was agreed on.")
      .add(1, {{"cipher", tls->cipher}});
}

// One of the dates of RFC 9110, section 5.6.7, in the form that is in use.
std::optional<double> parseDate(std::string_view text) {
  std::tm time{};
  const std::string date(text);
  const char* const end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<double>(timegm(&time));
}

bool isAnyOf(const std::vector<HeaderCondition>& conditions, const http::ClientAnswer& answer,
             bool wanted) {
  return std::any_of(conditions.begin(), conditions.end(), [&](const HeaderCondition& condition) {
    bool isThere = false;
    bool matches = false;
    for (const auto& [name, value] : answer.headers) {
      if (!http::equalIgnoringCase(name, condition.header)) continue;
      isThere = true;
      matches = matches || condition.expression.matches(value);
    }
    if (!isThere) return !condition.allowsMissing;
    return matches == wanted;
  });
}

bool headersMatch(const HttpSettings& settings, const http::ClientAnswer& answer) {
  return !isAnyOf(settings.headerMustNotMatch, answer, true) &&
         !isAnyOf(settings.headerMustMatch, answer, false);
}

bool bodyMatches(const HttpSettings& settings, const std::string& body) {
  return std::none_of(settings.bodyMustNotMatch.begin(), settings.bodyMustNotMatch.end(),
                      [&](const Expression& each) { return each.matches(body); }) &&
         std::all_of(settings.bodyMustMatch.begin(), settings.bodyMustMatch.end(),
                     [&](const Expression& each) { return each.matches(body); });
}

bool isRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string versionText(double version) {
  if (version == 2) return "HTTP/2.0";
  return version == 1 ? "HTTP/1.0" : "HTTP/1.1";
}

class HttpProbe {
 public:
  HttpProbe(const HttpSettings& settings, ProbeContext& context)
      : settings_(settings), context_(context), client_(clientOf(settings, context)) {}
  ~HttpProbe() { found_.give(context_.out); }
  HttpProbe(const HttpProbe&) = delete;
  HttpProbe& operator=(const HttpProbe&) = delete;

  bool run();

 private:
  static http::ClientSettings clientOf(const HttpSettings& settings, const ProbeContext& context);
  http::ClientRequest firstRequest() const;
  bool usesProxy() const {
    return !settings_.client.proxy.url.empty() || settings_.client.proxy.fromEnvironment;
  }
  http::ClientAnswer exchange(http::ClientRequest& request, const http::ClientUrl& url,
                              const http::ClientUrl& first);
  http::ClientUrl parseTarget(const std::string& target);
  // The last answer; whether it leads further, where nobody goes.
  std::pair<http::ClientAnswer, bool> follow();
  bool judge(const http::ClientAnswer& answer);
  bool hasValidStatus(int status) const;

  const HttpSettings& settings_;
  ProbeContext& context_;
  const http::ClientSettings client_;
  HttpFound found_;
};

http::ClientSettings HttpProbe::clientOf(const HttpSettings& settings,
                                         const ProbeContext& context) {
  http::ClientSettings client = settings.client;
  client.userAgent = context.surroundings.userAgent;
  const bool needsBody = !settings.bodyMustMatch.empty() || !settings.bodyMustNotMatch.empty();
  client.bodyLimit = needsBody ? kMatchedBytes : 0;
  if (!client.tls.serverName.empty()) return client;
  for (const auto& [name, value] : settings.headers) {
    if (http::equalIgnoringCase(name, "Host")) client.tls.serverName = value;
  }
  if (client.tls.serverName.empty()) client.tls.serverName = context.request.hostname;
  return client;
}

http::ClientRequest HttpProbe::firstRequest() const {
  http::ClientRequest request;
  request.method = settings_.method;
  request.headers = settings_.headers;
  request.body = settings_.body;
  request.encoding = settings_.compression;
  if (!context_.request.hostname.empty()) {
    std::erase_if(request.headers,
                  [](const auto& field) { return http::equalIgnoringCase(field.first, "Host"); });
    request.headers.emplace_back("Host", context_.request.hostname);
  }
  return request;
}

// Adds to the phases of the probe what an exchange took.
void add(const http::ClientTrace& trace, std::array<double, 5>& phases) {
  const auto between = [](microseconds from, microseconds to) {
    return to > from ? std::chrono::duration<double>(to - from).count() : 0;
  };
  phases[1] += between(trace.looked, trace.connected);
  if (trace.secured.count() > 0) phases[2] += between(trace.connected, trace.secured);
  if (trace.answered.count() == 0) return;
  phases[3] += between(trace.sending, trace.answered);
  phases[4] += between(trace.answered, trace.ended);
}

http::ClientAnswer HttpProbe::exchange(http::ClientRequest& request, const http::ClientUrl& url,
                                       const http::ClientUrl& first) {
  const bool isFirst = &url == &first;
  std::optional<IpAddress> address;
  if (!usesProxy()) {
    const Stopwatch watch;
    std::string host = url.host;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    address = isFirst ? lookUp(host, settings_.address, context_)
                      : addressOf(host, settings_.address, context_);
    found_.phases[0] += watch.seconds();
    found_.isResolved = true;
  }
  if (usesProxy()) found_.isResolved = true;
  found_.tls.reset();
  http::ClientTrace trace;
  trace.bodyLimit = settings_.bodySizeLimit;
  trace.onTls = [&](const ssl_st& session) {
    found_.tls = http::tlsFactsOf(session, !client_.tls.skipVerify);
  };
  request.trace = &trace;
  const bool trusted = url.scheme == first.scheme && url.authority() == first.authority();
  context_.trace([&] { return request.method + " " + http::withoutUserInfo(url.whole); });
  struct Added {
    ~Added() {
      add(trace, found.phases);
      found.status = trace.status;
      found.isTls = isTls && trace.status != 0;
      found.version = trace.version;
      found.contentLength = trace.status != 0 ? trace.contentLength : 0;
      found.bodyBytes =
          trace.bodyLimit > 0 ? std::min(trace.bodyBytes, trace.bodyLimit) : trace.bodyBytes;
      bytes += trace.bodyBytes;
    }
    const http::ClientTrace& trace;
    HttpFound& found;
    std::uint64_t& bytes;
    bool isTls;
  } const added{trace, found_, context_.bytes, url.scheme == "https"};
  if (address && isPlain(client_, request, url)) {
    return plainExchange(client_, request, url, trusted, *address, context_.waiting);
  }
  if (address) request.address = address->text();
  http::ClientSettings client = client_;
  if (!isFirst) client.tls.serverName = settings_.client.tls.serverName;
  http::ClientConnection connection(client);
  const std::stop_callback cancelling(context_.request.stop, [&] { connection.cancel(); });
  return connection.exchange(request, url, trusted, context_.waiting.deadline());
}

// A URL may have spaces, which stand for %20. Of one that is none, the address of what seems to be
// its host is looked up all the same, as blackbox_exporter does.
http::ClientUrl HttpProbe::parseTarget(const std::string& target) {
  std::string url;
  for (const char c : target) c == ' ' ? url.append("%20") : url.append(1, c);
  try {
    return http::parseClientUrl(url);
  } catch (const http::ClientError&) {
    const std::string host = url.substr(url.find("://") + 3);
    lookUp(host.substr(0, host.find_first_of(":/?#")), settings_.address, context_);
    found_.isResolved = true;
    throw;
  }
}

std::pair<http::ClientAnswer, bool> HttpProbe::follow() {
  const std::string& target = context_.request.target;
  const bool hasScheme = target.starts_with("http://") || target.starts_with("https://");
  const http::ClientUrl first = parseTarget(hasScheme ? target : "http://" + target);
  http::ClientRequest request = firstRequest();
  http::ClientAnswer answer = exchange(request, first, first);
  for (http::ClientUrl url = first;;) {
    const auto location = answer.header("Location");
    if (!isRedirect(answer.status) || !location) {
      return {std::move(answer), false};
    }
    ++found_.redirects;
    if (!settings_.client.followRedirects || found_.redirects > kMostRedirects) {
      return {std::move(answer), true};
    }
    const bool keepsMethod = answer.status == 307 || answer.status == 308;
    if (!keepsMethod && request.method != "HEAD") {
      request.method = "GET";
      request.body = {};
    }
    const http::ClientUrl next = http::resolveClientUrl(url.whole, std::string(*location));
    if (next.authority() != url.authority()) {
      std::erase_if(request.headers, [](const auto& field) {
        return http::equalIgnoringCase(field.first, "Authorization") ||
               http::equalIgnoringCase(field.first, "Cookie") ||
               http::equalIgnoringCase(field.first, "Host");
      });
    }
    url = next;
    answer = exchange(request, url, first);
  }
}

bool HttpProbe::hasValidStatus(int status) const {
  const auto& valid = settings_.validStatusCodes;
  if (valid.empty()) return status >= 200 && status < 300;
  return std::find(valid.begin(), valid.end(), status) != valid.end();
}

bool HttpProbe::judge(const http::ClientAnswer& answer) {
  if (!hasValidStatus(answer.status)) {
    throw ProbeFailure("the status is " + std::to_string(answer.status));
  }
  if (!headersMatch(settings_, answer)) {
    found_.isMismatch = true;
    throw ProbeFailure("the answer's headers do not match");
  }
  if (!settings_.compression.empty() &&
      answer.header("Content-Encoding").value_or("") != settings_.compression) {
    found_.bodyBytes = 0;
    throw ProbeFailure("the answer is not packed by " + settings_.compression);
  }
  if (!bodyMatches(settings_, answer.body)) {
    found_.isMismatch = true;
    throw ProbeFailure("the answer's body does not match");
  }
  const auto& versions = settings_.validVersions;
  if (!versions.empty() &&
      std::find(versions.begin(), versions.end(), versionText(found_.version)) == versions.end()) {
    throw ProbeFailure("the version is " + versionText(found_.version));
  }
  if (found_.isTls ? settings_.failsIfTls : settings_.failsIfNotTls) {
    throw ProbeFailure(found_.isTls ? "the answer came by TLS" : "the answer came without TLS");
  }
  return true;
}

bool HttpProbe::run() {
  const auto [answer, leadsFurther] = follow();
  if (leadsFurther) found_.bodyBytes = 0;
  if (const auto modified = answer.header("Last-Modified")) found_.modified = parseDate(*modified);
  context_.trace([&] { return "status " + std::to_string(answer.status); });
  return judge(answer);
}

}  // namespace

bool probeHttp(const HttpSettings& settings, ProbeContext& context) {
  return HttpProbe(settings, context).run();
}

}  // namespace orchestrator_exporter::probes
