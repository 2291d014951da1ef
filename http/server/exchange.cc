#include "http/server/exchange.h"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>
#include <vector>

#include "http/server/header_value.h"
#include "http/server/uri.h"

// The options, callbacks and time-outs here and in server.cc were chosen by reading this version.
// Debian's prometheus-cpp-dev brings the header of another one, without IPv6 and with known holes.
static_assert(std::string_view(CIVETWEB_VERSION) == "1.16",
              "civetweb.h is not that of civetweb 1.16: check the order of include paths");

namespace orchestrator_exporter::http {
namespace {

// Answers up to this size leave in one write, larger ones in pieces of about this size.
constexpr std::size_t kWriteBytes = 64U << 10;
constexpr std::size_t kReadBytes = 16U << 10;
constexpr std::size_t kLingerBytes = 4U << 20;

std::string_view viewOf(const char* text) { return text == nullptr ? "" : text; }

std::string_view dateNow(std::array<char, 32>& buffer) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  const std::size_t size =
      std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {buffer.data(), size};
}

void appendField(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

bool mayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

Request Exchange::head() const {
  const mg_request_info& info = *mg_get_request_info(connection_);
  auto path = decodePath(viewOf(info.local_uri_raw));
  if (!path) throw HttpError(400, "the path has a bad percent-encoding");
  auto parameters = decodeQuery(viewOf(info.query_string));
  if (!parameters) throw HttpError(400, "the query has a bad percent-encoding");

  Request request;
  request.method = viewOf(info.request_method);
  request.path = *std::move(path);
  request.parameters = *std::move(parameters);
  request.remoteAddress = info.remote_addr;
  request.headers.reserve(static_cast<std::size_t>(info.num_headers));
  for (const mg_header& field :
       std::span(info.http_headers).first(static_cast<std::size_t>(info.num_headers))) {
    request.headers.emplace_back(viewOf(field.name), viewOf(field.value));
  }
  return request;
}

std::string_view Exchange::header(const char* name) const {
  return viewOf(mg_get_header(connection_, name));
}

bool Exchange::chunked() const { return equalIgnoringCase(header("Transfer-Encoding"), "chunked"); }

bool Exchange::hasUnreadBody() const {
  return !bodyRead_ && (chunked() || mg_get_request_info(connection_)->content_length > 0);
}

void Exchange::checkLength(const Request& request, std::size_t limit) const {
  // Several fields are joined by commas, and refused for those.
  const std::string length = request.headerList("Content-Length").value_or("");
  if (chunked()) {
    // Two lengths: the next reader in a chain may believe the other one (RFC 9112, 6.1).
    if (!length.empty()) throw HttpError(400, "both Content-Length and Transfer-Encoding");
    return;
  }
  if (length.find_first_not_of("0123456789") != std::string_view::npos) {
    throw HttpError(400, "Content-Length is not a number");
  }
  if (std::cmp_greater(mg_get_request_info(connection_)->content_length, limit)) {
    throw HttpError(413, "the body is larger than " + std::to_string(limit) + " bytes");
  }
}

std::string Exchange::readBody(const Request& request, std::size_t limit) {
  checkLength(request, limit);
  const std::string_view encoding = request.header("Content-Encoding").value_or("identity");
  if (!equalIgnoringCase(trimmed(encoding), "identity")) {
    throw HttpError(415, "compressed bodies are not taken", {{"Accept-Encoding", "identity"}});
  }
  if (const auto expectation = request.header("Expect")) {
    if (!equalIgnoringCase(*expectation, "100-continue")) {
      throw HttpError(417, "the only expectation met here is 100-continue");
    }
    write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  const bool inChunks = chunked();
  const auto announced =
      static_cast<std::size_t>(std::max(mg_get_request_info(connection_)->content_length, 0LL));
  std::string body;
  for (;;) {
    const std::size_t wanted =
        inChunks ? kReadBytes : std::min(kReadBytes, announced - body.size());
    if (wanted == 0) break;
    const std::size_t before = body.size();
    body.resize(before + wanted);
    const int got = mg_read(connection_, body.data() + before, wanted);
    if (got < 0 || (got == 0 && !inChunks)) {
      silent_ = true;
      throw HttpError(
          400, inChunks ? "the chunked body is malformed or ends early" : "the body ends early");
    }
    body.resize(before + static_cast<std::size_t>(got));
    if (body.size() > limit) {
      throw HttpError(413, "the body is larger than " + std::to_string(limit) + " bytes");
    }
    if (got == 0) break;
  }
  bodyRead_ = true;
  return body;
}

bool Exchange::clientKeepsAlive() const {
  // As civetweb decides: a Connection header has the word, else the version.
  const mg_request_info& info = *mg_get_request_info(connection_);
  const std::string_view connection = header("Connection");
  if (!connection.empty()) return listNames(connection, "keep-alive");
  return viewOf(info.http_version) == "1.1";
}

void Exchange::answer(Response response, bool keepAlive, Gzip& gzip) {
  if (response.parts.empty()) response.parts = {response.body};
  const bool hasBody = mayHaveBody(response.status);
  TextBuffer packed;
  const bool compressed = hasBody && response.compressible;
  if (compressed) {
    gzip.compress(response.parts, packed);
    response.parts = {packed.view()};
    response.owner.reset();  // the parts are not needed while a slow client reads
  }
  std::size_t size = 0;
  for (const std::string_view part : response.parts) size += part.size();

  std::array<char, 32> dateBuffer;
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reasonPhrase(response.status)).append("\r\n");
  appendField(head, "Date", dateNow(dateBuffer));
  if (hasBody) {
    appendField(head, "Content-Type", response.contentType);
    appendField(head, "Content-Length", std::to_string(size));
    appendField(head, "X-Content-Type-Options", "nosniff");
  }
  if (compressed) appendField(head, "Content-Encoding", "gzip");
  for (const auto& [name, value] : response.headers) appendField(head, name, value);
  // The word counts for HTTP/1.0, which closes without it; HTTP/1.1 keeps alive by itself.
  appendField(head, "Connection", keepAlive ? "keep-alive" : "close");
  head.append("\r\n");

  if (!keepAlive) mg_disable_connection_keep_alive(connection_);
  const bool bodyWanted =
      hasBody && viewOf(mg_get_request_info(connection_)->request_method) != "HEAD";
  writeAll(head, bodyWanted ? std::span<const std::string_view>(response.parts)
                            : std::span<const std::string_view>());
}

void Exchange::writeAll(std::string_view head, std::span<const std::string_view> parts) {
  std::size_t total = head.size();
  for (const std::string_view part : parts) total += part.size();
  TextBuffer pending;
  pending.reserve(std::min(total, kWriteBytes));
  pending.append(head);
  for (std::string_view part : parts) {
    if (pending.size() + part.size() <= kWriteBytes) {
      pending.append(part);
      continue;
    }
    write(pending.view());
    pending.clear();
    if (part.size() >= kWriteBytes) {
      write(part);
    } else {
      pending.append(part);
    }
  }
  write(pending.view());
}

void Exchange::write(std::string_view bytes) {
  if (broken_ || bytes.empty()) return;
  if (std::cmp_equal(mg_write(connection_, bytes.data(), bytes.size()), bytes.size())) return;
  broken_ = true;
  mg_disable_connection_keep_alive(connection_);
}

void Exchange::linger() {
  // Who waits for a 100 Continue has sent nothing and sends nothing now.
  if (silent_ || !header("Expect").empty()) return;
  std::array<char, kReadBytes> buffer;
  std::size_t left = kLingerBytes;
  while (!broken_ && left > 0) {
    const int got = mg_read(connection_, buffer.data(), std::min(buffer.size(), left));
    if (got <= 0) return;
    left -= static_cast<std::size_t>(got);
  }
}

}  // namespace orchestrator_exporter::http
