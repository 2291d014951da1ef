#include "http/front/connection.h"

#include <algorithm>
#include <utility>

#include "http/front/h2/preface.h"

namespace orchestrator_exporter::http {
namespace {

using Result = Transport::Result;

// Of a body that nobody wants: as much as a client may have sent before it reads the answer.
constexpr std::size_t kThrownAwayBytes = 4U << 20;

}  // namespace

Connection::Connection(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer,
                       ClientHost& host)
    : Client(id, std::move(transport), std::move(peer), host) {
  if (!this->transport().isPlain()) {
    start(ConnectionState::kHandshake, host.now() + host.limits().handshake);
  } else {
    start(ConnectionState::kIdle, host.now() + host.limits().head);
  }
}

Connection::~Connection() { giveBackBody(); }

void Connection::run() {
  if (running_) return;
  running_ = true;
  Progress progress = Progress::kOn;
  while (progress == Progress::kOn && !isDead()) {
    switch (state()) {
      case ConnectionState::kHandshake:
        progress = handshake();
        break;
      case ConnectionState::kIdle:
      case ConnectionState::kHead:
        progress = readHead();
        break;
      case ConnectionState::kBody:
        progress = readBody();
        break;
      case ConnectionState::kRequest:
        progress = Progress::kStop;
        break;
      case ConnectionState::kDrain:
        progress = drainAnswer();
        break;
      case ConnectionState::kStream:
        progress = stream();
        break;
    }
  }
  running_ = false;
}

void Connection::ending() {
  if (std::exchange(counted_, false)) {
    host().keepUnsent(-static_cast<std::ptrdiff_t>(answer_->size()));
  }
}

Connection::Progress Connection::handshake() {
  switch (transport().handshake()) {
    case Result::kDone:
      enter(ConnectionState::kIdle, host().now() + host().limits().head);
      return Progress::kOn;
    case Result::kWait:
      return Progress::kStop;
    case Result::kEnded:
    case Result::kFailed:
      break;
  }
  end(CloseReason::kHandshakeFailed);
  return Progress::kStop;
}

Connection::Progress Connection::readHead() {
  for (;;) {
    const bool mayBeHttp2 = requests_ == 0 && transport().takesHttp2();
    const h2::Preface preface = mayBeHttp2 ? h2::prefaceIn(received_) : h2::Preface::kNone;
    if (preface == h2::Preface::kWhole) {
      host().speaksHttp2(*this);
      return Progress::kStop;
    }
    try {
      const bool isHead = !received_.empty() && preface == h2::Preface::kNone;
      if (isHead) head_ = parseRequestHead(received_);
    } catch (const HttpError& error) {
      refuseMalformed(error);
      return Progress::kOn;
    }
    if (head_) break;
    if (receive(received_)) continue;
    if (isDead()) return Progress::kStop;
    if (ended_) {
      end(CloseReason::kNone);
      return Progress::kStop;
    }
    if (received_.empty()) {
      std::string().swap(received_);  // an idle connection holds no memory
    } else if (state() == ConnectionState::kIdle) {
      // Of a new connection the time has been running from its start.
      const bool isFirst = requests_ == 0;
      enter(ConnectionState::kHead, isFirst ? *deadline() : host().now() + host().limits().head);
    }
    return Progress::kStop;
  }
  received_.erase(0, head_->bytes);
  begun_ = host().now();
  ++requests_;
  enter(ConnectionState::kRequest, std::nullopt);
  return admit(host().gate().admit(*head_, peer(), host().laterFor(*this, 0)));
}

Connection::Progress Connection::admit(const Admission& admission) {
  more_ = admission.more;
  const bool hasBody = head_->chunked || head_->contentLength.value_or(0) > 0;
  consumed_ = !hasBody;
  switch (admission.verdict) {
    case Admission::Verdict::kLater:
      return Progress::kStop;
    case Admission::Verdict::kRefuse:
      begin(admission.refusal, !hasBody);
      return Progress::kOn;
    case Admission::Verdict::kTake:
      break;
  }
  if (!hasBody) return enqueue();
  const std::size_t most = admission.bodyBytes.value_or(host().limits().bodyBytes);
  if (head_->contentLength.value_or(0) > most) {
    refuseWith(413, "the body is larger than " + std::to_string(most) + " bytes");
    return Progress::kOn;
  }
  if (head_->chunked) chunks_.emplace(most);
  if (head_->expectsContinue && received_.empty()) {
    std::size_t sent = 0;
    constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    if (transport().send(kGoOn, sent) != Result::kDone || sent != kGoOn.size()) {
      end(CloseReason::kNone);
      return Progress::kStop;
    }
  }
  bodyBegun_ = host().now();
  enter(ConnectionState::kBody, bodyBegun_ + host().limits().bodySilence);
  return Progress::kOn;
}

void Connection::decided(StreamId, Admission admission) {
  if (isDead() || state() != ConnectionState::kRequest) return;
  if (admit(admission) == Progress::kOn) run();
}

Connection::Progress Connection::readBody() {
  bool more = false;
  for (;;) {
    const std::size_t before = body_.size();
    bool whole = false;
    try {
      if (chunks_) {
        received_.erase(0, chunks_->feed(received_, body_));
        whole = chunks_->done();
      } else {
        const std::size_t wanted = static_cast<std::size_t>(*head_->contentLength) - body_.size();
        const std::size_t taken = std::min(wanted, received_.size());
        body_.append(received_, 0, taken);
        received_.erase(0, taken);
        whole = taken == wanted;
      }
    } catch (const HttpError& error) {
      refuseMalformed(error);
      return Progress::kOn;
    }
    if (!host().keepBody(static_cast<std::ptrdiff_t>(body_.size() - before))) {
      body_.resize(before);
      refuseWith(503, "too many bodies at once", {{"Retry-After", "1"}});
      return Progress::kOn;
    }
    if (whole) return enqueue();
    if (receive(received_)) {
      more = true;
      continue;
    }
    if (isDead()) return Progress::kStop;
    if (ended_) {
      refuseWith(400, chunks_ ? "the chunked body ends early" : "the body ends early");
      return Progress::kOn;
    }
    if (more) {
      enter(ConnectionState::kBody, std::min(host().now() + host().limits().bodySilence,
                                             bodyBegun_ + host().limits().body));
    }
    return Progress::kStop;
  }
}

Connection::Progress Connection::enqueue() {
  chunks_.reset();
  consumed_ = true;
  if (state() != ConnectionState::kRequest) enter(ConnectionState::kRequest, std::nullopt);
  host().enqueue(*this, 0);
  return Progress::kStop;
}

std::optional<Client::Carried> Connection::carry(StreamId) {
  giveBackBody();
  const bool keepAlive = head_->keepAlive && host().accepting();
  return Carried{*head_, std::exchange(body_, {}),
                 Ticket{.remoteAddress = peer().address,
                        .transport = transport().isPlain() ? &transport() : nullptr,
                        .keepAlive = keepAlive,
                        .isLast = !keepAlive && received_.empty(),
                        .isAwaited = !received_.empty() || readable_,
                        .more = more_,
                        .begun = begun_,
                        .gone = gone()}};
}

void Connection::giveBackBody() { host().keepBody(-static_cast<std::ptrdiff_t>(body_.size())); }

Client::Released Connection::release() {
  Released released = Client::release();
  released.received = std::move(received_);
  return released;
}

void Connection::finish(StreamId, Outcome outcome) {
  if (outcome.answer != nullptr) {
    host().answered(*head_, peer(), outcome.answer->status(), outcome.at - begun_);
  }
  if (outcome.answer == nullptr || outcome.gone || outcome.closed) return end(CloseReason::kNone);
  begin(std::move(outcome.answer));
  run();
}

void Connection::refuse(StreamId, const Response& response) {
  begin(response, head_->keepAlive);
  run();
}

void Connection::begin(const Response& response, bool keepAlive) {
  const std::string_view method = head_ ? std::string_view(head_->method) : "GET";
  if (head_) host().answered(*head_, peer(), response.status, host().now() - begun_);
  const bool keep = keepAlive && head_ && head_->keepAlive && host().accepting();
  begin(std::make_unique<Answer>(response, method, keep, more_, host().gzip()));
}

void Connection::refuseWith(int status, const std::string& reason, Fields headers) {
  begin(refusalOf(HttpError(status, reason, std::move(headers))), false);
}

void Connection::refuseMalformed(const HttpError& error) {
  reason_ = CloseReason::kMalformed;
  begin(refusalOf(error), false);
}

// Sends what the socket takes; the rest waits for the peer, not a worker.
void Connection::begin(std::unique_ptr<Answer> answer) {
  answer_ = std::move(answer);
  constexpr std::size_t kBytesPerSecond = 64U << 10;
  const std::chrono::seconds forSize(answer_->size() / kBytesPerSecond);
  if (!answer_->done()) {
    switch (transport().send(*answer_)) {
      case Result::kDone:
        break;
      case Result::kWait:
        waitForRoom();
        counted_ = true;
        enter(ConnectionState::kDrain, host().now() + host().limits().answer + forSize);
        return host().keepUnsent(static_cast<std::ptrdiff_t>(answer_->size()));
      case Result::kEnded:
      case Result::kFailed:
        return end(CloseReason::kNone);
    }
  }
  answerSent();
}

Connection::Progress Connection::drainAnswer() {
  if (lingering_) return throwAway();
  if (!isWritable()) return Progress::kStop;
  switch (transport().send(*answer_)) {
    case Result::kDone:
      answerSent();
      return Progress::kOn;
    case Result::kWait:
      waitForRoom();
      return Progress::kStop;
    case Result::kEnded:
    case Result::kFailed:
      break;
  }
  end(CloseReason::kNone);
  return Progress::kStop;
}

void Connection::answerSent() {
  if (std::exchange(counted_, false)) {
    host().keepUnsent(-static_cast<std::ptrdiff_t>(answer_->size()));
  }
  const bool keep = answer_->keepAlive();
  const std::shared_ptr<Channel> channel = answer_->channel();
  answer_.reset();
  giveBackBody();
  std::string().swap(body_);
  const bool consumed = std::exchange(consumed_, false) && received_.empty();
  head_.reset();
  chunks_.reset();
  if (channel != nullptr) return join(channel);
  if (keep) return enter(ConnectionState::kIdle, host().now() + host().limits().idle);
  const bool isQuiet = consumed && !readable_;
  if (isQuiet && transport().isPlain()) return end(CloseReason::kNone);  // which tells the peer
  transport().finish();
  if (isQuiet) return end(CloseReason::kNone);
  // What the client is still sending would make the kernel reset the connection, and take the
  // answer with it.
  lingering_ = true;
  std::string().swap(received_);
  enter(ConnectionState::kDrain, host().now() + host().limits().linger);
}

Connection::Progress Connection::throwAway() {
  std::string bytes;
  while (receive(bytes)) {
    thrownAway_ += bytes.size();
    bytes.clear();
    if (thrownAway_ > kThrownAwayBytes) break;
  }
  if (!isDead() && (ended_ || thrownAway_ > kThrownAwayBytes)) end(reason_);
  return Progress::kStop;
}

void Connection::join(const std::shared_ptr<Channel>& channel) {
  // First, so that whoever sees that there is a viewer reaches it.
  host().joined(*this, channel);
  listening_ = std::make_unique<Listening>(channel, transport(), host().now());
  listening_->viewer().hear(std::exchange(received_, {}), host().now());
  enter(ConnectionState::kStream, listening_->viewer().deadline());
}

Connection::Progress Connection::stream() {
  std::string bytes;
  while (receive(bytes)) listening_->viewer().hear(std::exchange(bytes, {}), host().now());
  if (isDead()) return Progress::kStop;
  bool takesMore = isWritable();
  const bool isOver = ended_ || !listening_->send(takesMore, host().now());
  if (!takesMore) waitForRoom();
  if (isOver) {
    end(CloseReason::kNone);
  } else if (deadline() != listening_->viewer().deadline()) {
    enter(ConnectionState::kStream, listening_->viewer().deadline());
  }
  return Progress::kStop;
}

const Channel* Connection::channel() const {
  return listening_ == nullptr ? nullptr : listening_->viewer().channel();
}

void Connection::push(const Channel::Message& message) {
  listening_->viewer().push(message, host().now());
  run();
}

void Connection::drain() {
  if (listening_ == nullptr) return;
  listening_->viewer().leave();
  run();
}

void Connection::deadlinePassed() {
  switch (state()) {
    case ConnectionState::kHandshake:
      return end(CloseReason::kHandshakeTimeout);
    case ConnectionState::kIdle:
      return end(requests_ == 0 ? CloseReason::kHeadTimeout : CloseReason::kIdleTimeout);
    case ConnectionState::kHead:
      reason_ = CloseReason::kHeadTimeout;
      refuseWith(408, "the head of the request did not come in time");
      return run();
    case ConnectionState::kBody:
      reason_ = CloseReason::kBodyTimeout;
      refuseWith(408, "the body did not come in time");
      return run();
    case ConnectionState::kRequest:
      return;
    case ConnectionState::kDrain:
      return end(lingering_ ? reason_ : CloseReason::kAnswerTimeout);
    case ConnectionState::kStream:
      return end(CloseReason::kAnswerTimeout);
  }
}

}  // namespace orchestrator_exporter::http
