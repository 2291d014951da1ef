#include "http/security/web_gate.h"

#include <utility>

#include "http/front/transport.h"
#include "http/security/tls_transport.h"

namespace orchestrator_exporter::http {
namespace {

using Clock = std::chrono::steady_clock;

Response answer(int status, std::string body, Fields headers = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

std::string wholeSeconds(std::chrono::nanoseconds time) {
  return std::to_string(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count()));
}

Admission refused(Response response, Fields more = {}) {
  return {Admission::Verdict::kRefuse, std::move(response), std::move(more)};
}

Response unauthorized() { return answer(401, "Unauthorized\n", {{"WWW-Authenticate", "Basic"}}); }

}  // namespace

WebGate::WebGate(const std::string& path, Log log)
    : log_(std::move(log)), file_(path, log_), limiter_(file_.current()->rateLimit) {
  const auto config = file_.current();
  if (config->tls) tls_ = std::make_unique<TlsReloader>(*config->tls, config->http2, log_);
  passwords_ = std::make_unique<PasswordChecker>(PasswordChecker::Options{
      .done = [this](std::uint64_t token, Verdict verdict) { decide(token, verdict); },
      .log = log_});
}

WebGate::~WebGate() { passwords_.reset(); }

Admission WebGate::admit(const RequestHead& head, const Peer& peer,
                         std::function<void(Admission)> later) {
  const auto config = file_.current();
  if (config == nullptr) {
    return refused(answer(500, "the web configuration is at fault, see the log\n"));
  }
  const Clock::time_point now = Clock::now();
  if (!limiter_.allow(now)) {
    return refused(answer(429, "too many requests\n",
                          {{"Retry-After", wholeSeconds(limiter_.untilNext(now))}}));
  }
  Fields more = config->headers;
  if (config->users.empty()) return {Admission::Verdict::kTake, {}, std::move(more)};
  const auto field = head.header("Authorization");
  const auto credentials = field ? parseBasicCredentials(*field) : std::nullopt;
  if (!credentials) return refused(unauthorized(), std::move(more));
  std::uint64_t token = 0;
  {
    const std::lock_guard lock(mutex_);
    token = ++lastToken_;
    waiting_[token] = {std::move(later), more, peer.address};
  }
  const auto known = passwords_->check(*credentials, config->users, peer.address, token);
  if (!known) return {Admission::Verdict::kLater, {}, {}};
  const std::lock_guard lock(mutex_);
  waiting_.erase(token);
  return admission(*known, std::move(more), peer.address);
}

Admission WebGate::admission(Verdict verdict, Fields more, std::string_view address) const {
  switch (verdict) {
    case Verdict::kRight:
      return {Admission::Verdict::kTake, {}, std::move(more), true};
    case Verdict::kWrong:
      return refused(unauthorized(), std::move(more));
    case Verdict::kTooManyFailures:
      return refused(answer(429, "too many failed logins\n",
                            {{"Retry-After", wholeSeconds(passwords_->retryAfter(address))}}),
                     std::move(more));
    case Verdict::kBusy:
      return refused(answer(503, "too many passwords at once\n", {{"Retry-After", "1"}}),
                     std::move(more));
    case Verdict::kBroken:
      break;
  }
  return refused(answer(500, "an internal error, see the log\n"), std::move(more));
}

// Told by the thread that compares, which must not call back into its own object: a lock-out is
// found by check() alone.
void WebGate::decide(std::uint64_t token, Verdict verdict) {
  Waiting waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) return;
    waiting = std::move(found->second);
    waiting_.erase(found);
  }
  waiting.later(admission(verdict, std::move(waiting.more), waiting.address));
}

std::unique_ptr<Transport> WebGate::transport(int socket) {
  if (tls_ == nullptr) return std::make_unique<PlainTransport>(socket);
  const auto config = file_.current();
  return std::make_unique<TlsTransport>(
      tls_->contextFor(config == nullptr ? std::nullopt : config->tls), socket);
}

}  // namespace orchestrator_exporter::http
