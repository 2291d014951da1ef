#include "http/notify/http_channel.h"

#include <chrono>

#include "http/client/retry_after.h"

namespace orchestrator_exporter::http::notify {

Outcome outcomeOf(const ClientAnswer& answer) {
  Outcome outcome;
  outcome.status = answer.status;
  if (answer.status / 100 == 2) return outcome;
  const bool isForAgain = answer.status / 100 == 5 || answer.status == 429 || answer.status == 408;
  outcome.kind = isForAgain ? Outcome::Kind::kAgain : Outcome::Kind::kFailed;
  outcome.error = "answered status " + std::to_string(answer.status);
  const auto pause = answer.header("Retry-After");
  if (isForAgain && pause) {
    constexpr std::chrono::hours kLongest{1};
    outcome.pause = parseRetryAfter(*pause, std::chrono::system_clock::now(), kLongest);
  }
  return outcome;
}

HttpChannel::HttpChannel(HttpTarget target)
    : target_(std::move(target)), client_(target_.settings) {}
HttpChannel::~HttpChannel() = default;

Outcome HttpChannel::judge(const ClientAnswer& answer) const { return outcomeOf(answer); }

Outcome HttpChannel::post(const std::string& body, const Headers& headers) {
  return client_.attempt([&](Requester& client) {
    ClientRequest request{.method = "POST",
                          .url = target_.url.read(),
                          .headers = {{"Content-Type", "application/json"}},
                          .body = body};
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    return judge(client.send(request));
  });
}

}  // namespace orchestrator_exporter::http::notify
