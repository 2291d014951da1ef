#include "http/client/requester.h"

#include "http/client/connection.h"
#include "http/client/url.h"
#include "http/server/header_value.h"
#include "http/server/watched_file.h"
#include "metrics/base/base64.h"

namespace orchestrator_exporter::http {

namespace {

constexpr int kMostRedirects = 10;

bool leadsElsewhere(int status, const std::string& method) {
  if (status == 307 || status == 308) return true;
  return method == "GET" && (status == 301 || status == 302 || status == 303);
}

}  // namespace

std::string ClientSettings::authorization() const {
  if (user.isGiven()) return "Basic " + encodeBase64(user.read() + ":" + password.read());
  if (!credentials.isGiven()) return {};
  return authorizationType + " " + credentials.read();
}

std::string Secret::read() const {
  if (file.empty()) return text;
  try {
    const std::string content = readConfiguration(file);
    constexpr std::string_view kSpaces = " \t\r\n";
    const std::size_t begin = content.find_first_not_of(kSpaces);
    if (begin == std::string::npos) return {};
    return content.substr(begin, content.find_last_not_of(kSpaces) + 1 - begin);
  } catch (const std::runtime_error& error) {
    throw ClientError(ClientError::Kind::kNotConnected, file + ": " + error.what());
  }
}

std::optional<std::string_view> ClientAnswer::header(std::string_view name) const {
  return fieldOf(headers, name);
}

Requester::Requester(ClientSettings settings)
    : settings_(std::move(settings)), connection_(std::make_unique<ClientConnection>(settings_)) {}

Requester::~Requester() = default;

ClientAnswer Requester::send(const ClientRequest& request) {
  const auto deadline = std::chrono::steady_clock::now() + settings_.timeout;
  const ClientUrl first = parseClientUrl(request.url);
  ClientUrl url = first;
  for (int redirects = 0;; ++redirects) {
    // A host is another if its scheme or port is: what was for TLS is not for all to read.
    const bool trusted = url.scheme == first.scheme && url.authority() == first.authority();
    ClientAnswer answer = connection_->exchange(request, url, trusted, deadline);
    const auto location = answer.header("Location");
    if (!settings_.followRedirects || redirects == kMostRedirects || !location ||
        !leadsElsewhere(answer.status, request.method)) {
      return answer;
    }
    url = resolveClientUrl(url.whole, std::string(*location));
  }
}

void Requester::cancel() { connection_->cancel(); }

}  // namespace orchestrator_exporter::http
