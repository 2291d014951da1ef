#include "http/remote_write/answers.h"

#include <algorithm>
#include <array>

#include "http/client/retry_after.h"
#include "http/server/header_value.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::remote_write {

namespace {

constexpr std::chrono::minutes kLongestWait(10);
constexpr int kUnsupportedMediaType = 415;
constexpr int kTooManyRequests = 429;

// What 2.0 has a receiver say that took a request; one of 1.0 takes any bytes and says nothing.
bool tellsWhatItWrote(const http::ClientAnswer& answer) {
  constexpr std::array kKinds = {"Samples", "Histograms", "Exemplars"};
  return std::ranges::any_of(kKinds, [&](const std::string& kind) {
    return answer.header("X-Prometheus-Remote-Write-" + kind + "-Written").has_value();
  });
}

bool contains(std::string_view text, std::string_view words) {
  const auto same = [](char a, char b) { return http::equalIgnoringCase({&a, 1}, {&b, 1}); };
  return std::ranges::search(text, words, same).begin() != text.end();
}

// Some receivers say so by a 400.
bool blamesTheProtocol(const std::string& body) {
  return contains(body, "content type") || contains(body, "content-type") ||
         contains(body, "protobuf");
}

std::string reasonOf(const http::ClientAnswer& answer) {
  constexpr std::size_t kMostBytes = 256;
  const std::string text = toUtf8(std::string_view(answer.body).substr(0, 2 * kMostBytes));
  std::string line(utf8Prefix(text, kMostBytes));
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  const std::string_view shown = http::trimmed(line);
  std::string reason = std::to_string(answer.status);
  if (!shown.empty()) reason.append(": ").append(shown);
  return reason;
}

}  // namespace

Judgement judge(const http::ClientAnswer& answer, Protocol protocol, bool retryOnTooMany,
                std::chrono::system_clock::time_point now) {
  const int status = answer.status;
  const bool isV2 = protocol == Protocol::kV2;
  if (status >= 200 && status < 300) {
    if (!isV2 || tellsWhatItWrote(answer)) return {};
    return {Verdict::kFallBack, "its answer does not say what it wrote"};
  }
  Judgement judgement{Verdict::kRefused, reasonOf(answer)};
  if (isV2 &&
      (status == kUnsupportedMediaType || (status == 400 && blamesTheProtocol(answer.body)))) {
    judgement.verdict = Verdict::kFallBack;
  } else if (status >= 500 || status < 200 || (status == kTooManyRequests && retryOnTooMany)) {
    judgement.verdict = Verdict::kRetry;
    if (const auto field = answer.header("Retry-After")) {
      judgement.retryAfter = http::parseRetryAfter(*field, now, kLongestWait);
    }
  }
  return judgement;
}

}  // namespace orchestrator_exporter::remote_write
