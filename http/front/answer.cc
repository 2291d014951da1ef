#include "http/front/answer.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {
namespace {

// As "Mon, 30 Nov 2026 06:34:24 GMT" (RFC 9110, 5.6.7); by hand, since strftime(3) asks the locale.
std::string dateNow() {
  using namespace std::chrono;
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto now = floor<seconds>(system_clock::now());
  const sys_days day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(now - day);
  std::string text = kDays[weekday(day).c_encoding()];
  const auto append = [&](const char* before, auto number) {
    text.append(before).append(number < 10 ? "0" : "").append(std::to_string(number));
  };
  append(", ", static_cast<unsigned>(date.day()));
  text.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]);
  append(" ", static_cast<int>(date.year()));
  append(" ", time.hours().count());
  append(":", time.minutes().count());
  append(":", time.seconds().count());
  return text.append(" GMT");
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

  head_.reserve(512);
  head_.append("HTTP/1.1 ").append(std::to_string(status_)).append(" ");
  head_.append(reasonPhrase(status_)).append("\r\n");
  appendField(head_, "Date", dateNow());
  if (hasBody) {
    appendField(head_, "Content-Type", response_.contentType);
    if (!isStream) appendField(head_, "Content-Length", std::to_string(bodyBytes));
    constexpr std::string_view kTypeOptions = "X-Content-Type-Options";
    const bool isGiven = std::ranges::any_of(
        more, [&](const auto& field) { return equalIgnoringCase(field.first, kTypeOptions); });
    if (!isGiven) appendField(head_, kTypeOptions, "nosniff");
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

void Answer::release() {
  parts_.clear();
  response_.parts.clear();
  response_.owner.reset();
  std::string().swap(response_.body);
  packed_ = TextBuffer();
}

bool Answer::sendTo(int socket, int flags) {
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
    const ssize_t sent = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL | flags);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK;
    }
    advance(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace orchestrator_exporter::http
