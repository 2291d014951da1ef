#include "http/notify/http_channel.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http::notify {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestPause = std::chrono::hours(1);

// Retry-After: seconds or a date (RFC 9110, section 10.2.3).
std::optional<milliseconds> pauseOf(std::string_view text) {
  if (const auto seconds = parseUnsigned(text)) {
    return std::min<milliseconds>(kLongestPause,
                                  std::chrono::seconds(std::min<std::uint64_t>(*seconds, 3600)));
  }
  std::tm parts{};
  const std::string date(text);
  if (strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  const auto at = std::chrono::system_clock::from_time_t(timegm(&parts));
  const auto left = std::chrono::ceil<milliseconds>(at - std::chrono::system_clock::now());
  return std::clamp(left, milliseconds(0), kLongestPause);
}

}  // namespace

Outcome outcomeOf(const ClientAnswer& answer) {
  Outcome outcome;
  outcome.status = answer.status;
  if (answer.status / 100 == 2) return outcome;
  const bool isForAgain = answer.status / 100 == 5 || answer.status == 429 || answer.status == 408;
  outcome.kind = isForAgain ? Outcome::Kind::kAgain : Outcome::Kind::kFailed;
  outcome.error = "answered status " + std::to_string(answer.status);
  const auto pause = answer.header("Retry-After");
  if (isForAgain && pause) outcome.pause = pauseOf(*pause);
  return outcome;
}

HttpChannel::HttpChannel(HttpTarget target) : target_(std::move(target)) {}
HttpChannel::~HttpChannel() = default;

void HttpChannel::cancel() {
  const std::lock_guard lock(mutex_);
  isCancelled_ = true;
  if (client_) client_->cancel();
}

Outcome HttpChannel::judge(const ClientAnswer& answer) const { return outcomeOf(answer); }

Outcome HttpChannel::post(const std::string& body, const Headers& headers) {
  try {
    Requester* client = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (!client_) client_ = std::make_unique<Requester>(target_.settings);
      if (isCancelled_) client_->cancel();
      client = client_.get();
    }
    ClientRequest request{.method = "POST",
                          .url = target_.url.read(),
                          .headers = {{"Content-Type", "application/json"}},
                          .body = body};
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    return judge(client->send(request));
  } catch (const ClientError& error) {
    const bool isHopeless = error.kind() == ClientError::Kind::kInvalid;
    return {isHopeless ? Outcome::Kind::kFailed : Outcome::Kind::kAgain, 0, error.what()};
  } catch (const std::exception& error) {
    return {Outcome::Kind::kFailed, 0, error.what()};
  }
}

}  // namespace orchestrator_exporter::http::notify
