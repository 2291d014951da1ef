#include "exporter/probes/plain_http.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/probes/stream.h"
#include "http/front/parsing/chunked_body.h"
#include "http/server/header_value.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::probes {

namespace {

using http::ClientAnswer;
using http::ClientRequest;
using http::ClientSettings;
using http::ClientTrace;
using http::ClientUrl;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr std::size_t kLongestHead = std::size_t{1} << 20;

void addField(std::string& head, std::string_view name, std::string_view value) {
  for (const std::string_view text : {name, value}) {
    if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      throw ProbeFailure("a header has a line end in it");
    }
  }
  head.append(name).append(": ").append(value).append("\r\n");
}

// Path and query.
std::string targetOf(const ClientUrl& url) {
  const std::size_t begin = url.whole.find_first_of("/?", url.whole.find("://") + 3);
  if (begin == std::string::npos) return "/";
  return (url.whole[begin] == '?' ? "/" : "") + url.whole.substr(begin);
}

std::string messageOf(const ClientSettings& settings, const ClientRequest& request,
                      const ClientUrl& url, bool trusted) {
  std::string message = request.method + " " + targetOf(url) + " HTTP/1.1\r\n";
  const auto says = [&](std::string_view name) {
    return http::fieldOf(request.headers, name).has_value();
  };
  if (!says("Host")) addField(message, "Host", url.authority());
  if (!says("User-Agent") && !settings.userAgent.empty()) {
    addField(message, "User-Agent", settings.userAgent);
  }
  if (!says("Accept")) addField(message, "Accept", "*/*");
  for (const auto& [name, value] : request.headers) addField(message, name, value);
  if (trusted) {
    for (const auto& [name, value] : settings.headers) addField(message, name, value.read());
    const std::string credentials = settings.authorization();
    if (!credentials.empty()) addField(message, "Authorization", credentials);
  }
  const bool hasBody = request.method == "POST" || request.method == "PUT" || !request.body.empty();
  if (hasBody) addField(message, "Content-Length", std::to_string(request.body.size()));
  return message.append("\r\n").append(request.body);
}

// What comes of an answer, as it comes.
class AnswerReader {
 public:
  AnswerReader(Stream& stream, std::size_t bodyLimit, ClientTrace& trace)
      : stream_(stream), bodyLimit_(bodyLimit), trace_(trace) {}

  // `answered` is called once its first bytes are there.
  template <typename Answered>
  ClientAnswer read(const std::string& method, const Answered& answered) {
    std::string line = nextLine();
    answered();
    for (readHead(line); answer_.status < 200 && answer_.status != 101; readHead(nextLine())) {
      answer_.headers.clear();
    }
    trace_.status = answer_.status;
    const bool isBodyless = answer_.status < 200 || answer_.status == 204 || answer_.status == 304;
    const auto length = isBodyless ? std::optional<std::uint64_t>(0) : contentLength();
    trace_.contentLength = length ? static_cast<std::int64_t>(*length) : -1;
    if (method != "HEAD" && !isBodyless) readBody(length);
    return std::move(answer_);
  }

 private:
  std::string nextLine() {
    auto line = stream_.readLine();
    if (!line) throw ProbeFailure("the connection ended before the answer");
    headBytes_ += line->size() + 1;
    if (headBytes_ > kLongestHead) throw ProbeFailure("the head of the answer is too long");
    return *std::move(line);
  }

  void readHead(const std::string& statusLine) {
    readStatus(statusLine);
    for (std::string line = nextLine(); !line.empty(); line = nextLine()) {
      const bool goesOn = line.front() == ' ' || line.front() == '\t';
      if (goesOn && !answer_.headers.empty()) {
        answer_.headers.back().second.append(" ").append(http::trimmed(line));
        continue;
      }
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) throw ProbeFailure("expected a header, got '" + line + "'");
      answer_.headers.emplace_back(line.substr(0, colon),
                                   http::trimmed(std::string_view(line).substr(colon + 1)));
    }
  }

  // HTTP/1.1 200 OK
  void readStatus(std::string_view line) {
    constexpr std::string_view kVersion = "HTTP/1.";
    constexpr std::size_t kStatusAt = 9;
    const auto status = line.starts_with(kVersion) && line.size() >= kStatusAt + 3
                            ? parseUnsigned(line.substr(kStatusAt, 3))
                            : std::nullopt;
    const bool isVersion = status && (line[7] == '0' || line[7] == '1') && line[8] == ' ';
    if (!isVersion || *status < 100 ||
        (line.size() > kStatusAt + 3 && line[kStatusAt + 3] != ' ')) {
      throw ProbeFailure("expected an answer in HTTP, got '" + std::string(line) + "'");
    }
    answer_.status = static_cast<int>(*status);
    trace_.version = line[7] == '0' ? 1 : 1.1;
  }

  bool isChunked() const {
    const auto encoding = answer_.header("Transfer-Encoding");
    return encoding && http::listNames(*encoding, "chunked");
  }

  std::optional<std::uint64_t> contentLength() const {
    const auto field = answer_.header("Content-Length");
    if (!field || isChunked()) return std::nullopt;
    const auto length = parseUnsigned(*field);
    if (!length || *length > std::uint64_t{1} << 62) {
      throw ProbeFailure("expected a number in Content-Length, got '" + std::string(*field) + "'");
    }
    return length;
  }

  void readBody(std::optional<std::uint64_t> length) {
    if (isChunked()) return readChunks();
    for (std::uint64_t left = length.value_or(~std::uint64_t{0}); left > 0;) {
      const std::string_view some = stream_.read();
      if (some.empty() && !length) return;
      if (some.empty()) throw ProbeFailure("the connection ended in the answer");
      const std::string_view taken = some.substr(0, std::min<std::uint64_t>(left, some.size()));
      take(taken);
      left -= taken.size();
    }
  }

  void readChunks() {
    http::ChunkedBody chunks(~std::size_t{0});
    std::string decoded;
    while (!chunks.done()) {
      const std::string_view some = stream_.read();
      if (some.empty()) throw ProbeFailure("the connection ended in the answer");
      decoded.clear();
      chunks.feed(some, decoded);
      take(decoded);
    }
  }

  void take(std::string_view bytes) {
    trace_.bodyBytes += bytes.size();
    const std::size_t room = bodyLimit_ - answer_.body.size();
    answer_.body.append(bytes.substr(0, room));
    answer_.bodyIsCut = answer_.bodyIsCut || bytes.size() > room;
    if (trace_.bodyLimit > 0 && trace_.bodyBytes > trace_.bodyLimit) {
      throw ProbeFailure("the body is larger than it may be");
    }
  }

  Stream& stream_;
  const std::size_t bodyLimit_;
  ClientTrace& trace_;
  ClientAnswer answer_;
  std::size_t headBytes_ = 0;
};

}  // namespace

bool isPlain(const ClientSettings& settings, const ClientRequest& request, const ClientUrl& url) {
  const bool hasProxy = !settings.proxy.url.empty() || settings.proxy.fromEnvironment;
  return url.scheme == "http" && !hasProxy && request.encoding.empty() &&
         url.whole.find('@') == std::string::npos;
}

ClientAnswer plainExchange(const ClientSettings& settings, const ClientRequest& request,
                           const ClientUrl& url, bool trusted, const IpAddress& address,
                           Waiting& waiting) {
  ClientTrace& trace = *request.trace;
  const auto begin = steady_clock::now();
  const auto since = [&] {
    return std::max(microseconds(1),
                    std::chrono::duration_cast<microseconds>(steady_clock::now() - begin));
  };
  const std::string message = messageOf(settings, request, url, trusted);
  const auto port = parseUnsigned(url.port);
  Stream stream(address, static_cast<std::uint16_t>(port.value_or(0)), "", waiting);
  trace.connected = since();
  trace.sending = since();
  stream.write(message);
  struct Ended {
    ~Ended() { at = now(); }
    microseconds& at;
    const decltype(since)& now;
  } const ended{trace.ended, since};
  return AnswerReader(stream, settings.bodyLimit, trace).read(request.method, [&] {
    trace.answered = since();
  });
}

}  // namespace orchestrator_exporter::probes
