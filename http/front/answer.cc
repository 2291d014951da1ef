#include "http/front/answer.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

namespace orchestrator_exporter::http {
namespace {

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

Answer::Answer(Response response, std::string_view method, bool keepAlive, const Fields& more,
               Gzip& gzip)
    : status_(response.status), keepAlive_(keepAlive), response_(std::move(response)) {
  if (method == "HEAD") response_.channel.reset();
  const bool isStream = response_.channel != nullptr;
  const bool hasBody = mayHaveBody(status_);
  if (response_.parts.empty()) response_.parts = {response_.body};
  if (hasBody && response_.compressible) {
    gzip.compress(response_.parts, packed_);
    response_.parts = {packed_.view()};
    response_.owner.reset();  // what was packed is not needed while a slow client reads
  }
  std::size_t bodyBytes = 0;
  for (const std::string_view part : response_.parts) bodyBytes += part.size();

  std::array<char, 32> date;
  head_.reserve(512);
  head_.append("HTTP/1.1 ").append(std::to_string(status_)).append(" ");
  head_.append(reasonPhrase(status_)).append("\r\n");
  appendField(head_, "Date", dateNow(date));
  if (hasBody) {
    appendField(head_, "Content-Type", response_.contentType);
    if (!isStream) appendField(head_, "Content-Length", std::to_string(bodyBytes));
    appendField(head_, "X-Content-Type-Options", "nosniff");
    if (response_.compressible) appendField(head_, "Content-Encoding", "gzip");
  }
  for (const auto& [name, value] : response_.headers) appendField(head_, name, value);
  for (const auto& [name, value] : more) appendField(head_, name, value);
  // The word counts for HTTP/1.0, which closes without it; HTTP/1.1 keeps alive by itself.
  const bool isUpgrade = isStream && status_ == 101;
  appendField(head_, "Connection",
              isUpgrade                ? "Upgrade"
              : keepAlive && !isStream ? "keep-alive"
                                       : "close");
  head_.append("\r\n");

  parts_.push_back(head_);
  if ((hasBody || isUpgrade) && method != "HEAD") {
    parts_.insert(parts_.end(), response_.parts.begin(), response_.parts.end());
  }
  for (const std::string_view part : parts_) size_ += part.size();
}

std::vector<std::string_view> Answer::next(std::size_t most) const {
  std::vector<std::string_view> runs;
  std::size_t skip = sent_;
  for (const std::string_view part : parts_) {
    if (skip >= part.size()) {
      skip -= part.size();
      continue;
    }
    if (runs.size() == most) break;
    runs.push_back(part.substr(std::exchange(skip, 0)));
  }
  return runs;
}

bool Answer::sendTo(int socket) {
  constexpr std::size_t kRuns = 64;
  while (!done()) {
    std::array<iovec, kRuns> vectors;
    std::size_t count = 0;
    for (const std::string_view run : next(kRuns)) {
      vectors[count++] = {const_cast<char*>(run.data()), run.size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK;
    }
    advance(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace orchestrator_exporter::http
