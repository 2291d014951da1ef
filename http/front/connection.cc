#include "http/front/connection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orchestrator_exporter::http {
namespace {

using Result = Transport::Result;

constexpr std::size_t kReadBytes = 16U << 10;
// Of a body that nobody wants: as much as a client may have sent before it reads the answer.
constexpr std::size_t kThrownAwayBytes = 4U << 20;

}  // namespace

Connection::Connection(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer,
                       ConnectionHost& host)
    : id_(id), transport_(std::move(transport)), peer_(std::move(peer)), host_(host) {
  const Time now = host_.now();
  since_ = now;
  if (!transport_->isPlain()) {
    state_ = ConnectionState::kHandshake;
    deadline_ = now + host_.limits().handshake;
  } else {
    deadline_ = now + host_.limits().head;
  }
}

Connection::~Connection() { giveBackBody(); }

void Connection::ready(bool readable, bool writable) {
  readable_ = readable_ || readable;
  writable_ = writable_ || writable;
  run();
}

void Connection::run() {
  if (running_) return;
  running_ = true;
  Progress progress = Progress::kOn;
  while (progress == Progress::kOn && !dead_) {
    switch (state_) {
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
        progress = drain();
        break;
      case ConnectionState::kStream:
        progress = stream();
        break;
    }
  }
  running_ = false;
}

void Connection::enter(ConnectionState state, std::optional<Time> deadline) {
  const ConnectionState before = std::exchange(state_, state);
  deadline_ = deadline;
  if (before != state) since_ = host_.now();
  host_.changed(*this, before);
}

void Connection::end(CloseReason reason) {
  if (dead_) return;
  dead_ = true;
  if (std::exchange(counted_, false)) {
    host_.keepUnsent(*this, -static_cast<std::ptrdiff_t>(answer_->size()));
  }
  host_.ended(*this, reason);
}

Connection::Progress Connection::handshake() {
  switch (transport_->handshake()) {
    case Result::kDone:
      enter(ConnectionState::kIdle, host_.now() + host_.limits().head);
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

// False if nothing more is there now.
bool Connection::receive(std::string& into) {
  if (!readable_ || ended_) return false;
  std::array<char, kReadBytes> bytes;
  std::size_t got = 0;
  switch (transport_->read(bytes.data(), bytes.size(), got)) {
    case Result::kDone:
      into.append(bytes.data(), got);
      return true;
    case Result::kWait:
      readable_ = false;
      return false;
    case Result::kEnded:
      ended_ = true;
      return false;
    case Result::kFailed:
      end(CloseReason::kNone);
      return false;
  }
  return false;
}

Connection::Progress Connection::readHead() {
  for (;;) {
    try {
      if (!received_.empty()) head_ = parseRequestHead(received_);
    } catch (const HttpError& error) {
      refuseMalformed(error);
      return Progress::kOn;
    }
    if (head_) break;
    if (receive(received_)) continue;
    if (dead_) return Progress::kStop;
    if (ended_) {
      end(CloseReason::kNone);
      return Progress::kStop;
    }
    if (received_.empty()) {
      std::string().swap(received_);  // an idle connection holds no memory
    } else if (state_ == ConnectionState::kIdle) {
      // Of a new connection the time has been running from its start.
      const auto deadline = requests_ == 0 ? *deadline_ : host_.now() + host_.limits().head;
      enter(ConnectionState::kHead, deadline);
    }
    return Progress::kStop;
  }
  received_.erase(0, head_->bytes);
  begun_ = host_.now();
  ++requests_;
  enter(ConnectionState::kRequest, std::nullopt);
  return admit(host_.gate().admit(*head_, peer_, host_.laterFor(*this)));
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
  const std::size_t most = admission.bodyBytes.value_or(host_.limits().bodyBytes);
  if (head_->contentLength.value_or(0) > most) {
    refuseWith(413, "the body is larger than " + std::to_string(most) + " bytes");
    return Progress::kOn;
  }
  if (head_->chunked) chunks_.emplace(most);
  if (head_->expectsContinue && received_.empty()) {
    std::size_t sent = 0;
    constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    if (transport_->send(kGoOn, sent) != Result::kDone || sent != kGoOn.size()) {
      end(CloseReason::kNone);
      return Progress::kStop;
    }
  }
  bodyBegun_ = host_.now();
  enter(ConnectionState::kBody, bodyBegun_ + host_.limits().bodySilence);
  return Progress::kOn;
}

void Connection::decided(Admission admission) {
  if (dead_ || state_ != ConnectionState::kRequest) return;
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
    if (!host_.keepBody(static_cast<std::ptrdiff_t>(body_.size() - before))) {
      body_.resize(before);
      refuseWith(503, "too many bodies at once", {{"Retry-After", "1"}});
      return Progress::kOn;
    }
    if (whole) return enqueue();
    if (receive(received_)) {
      more = true;
      continue;
    }
    if (dead_) return Progress::kStop;
    if (ended_) {
      refuseWith(400, chunks_ ? "the chunked body ends early" : "the body ends early");
      return Progress::kOn;
    }
    if (more) {
      enter(ConnectionState::kBody,
            std::min(host_.now() + host_.limits().bodySilence, bodyBegun_ + host_.limits().body));
    }
    return Progress::kStop;
  }
}

Connection::Progress Connection::enqueue() {
  chunks_.reset();
  consumed_ = true;
  if (state_ != ConnectionState::kRequest) enter(ConnectionState::kRequest, std::nullopt);
  host_.enqueue(*this);
  return Progress::kStop;
}

Ticket Connection::ticket() const {
  return {.remoteAddress = peer_.address,
          .socket = transport_->isPlain() ? transport_->socket() : -1,
          .keepAlive = head_->keepAlive && host_.accepting(),
          .more = more_,
          .begun = begun_};
}

void Connection::finish(std::unique_ptr<Answer> answer, bool gone) {
  if (answer != nullptr) host_.answered(*head_, peer_, answer->status(), begun_);
  if (answer == nullptr || gone) return end(CloseReason::kNone);
  begin(std::move(answer));
  run();
}

void Connection::refuse(const Response& response) {
  begin(response, head_->keepAlive);
  run();
}

void Connection::begin(const Response& response, bool keepAlive) {
  const std::string_view method = head_ ? std::string_view(head_->method) : "GET";
  if (head_) host_.answered(*head_, peer_, response.status, begun_);
  const bool keep = keepAlive && head_ && head_->keepAlive && host_.accepting();
  begin(std::make_unique<Answer>(response, method, keep, more_, host_.gzip()));
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
    switch (transport_->send(*answer_)) {
      case Result::kDone:
        break;
      case Result::kWait:
        writable_ = false;
        counted_ = true;
        enter(ConnectionState::kDrain, host_.now() + host_.limits().answer + forSize);
        return host_.keepUnsent(*this, static_cast<std::ptrdiff_t>(answer_->size()));
      case Result::kEnded:
      case Result::kFailed:
        return end(CloseReason::kNone);
    }
  }
  answerSent();
}

Connection::Progress Connection::drain() {
  if (lingering_) return throwAway();
  if (!writable_) return Progress::kStop;
  switch (transport_->send(*answer_)) {
    case Result::kDone:
      answerSent();
      return Progress::kOn;
    case Result::kWait:
      writable_ = false;
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
    host_.keepUnsent(*this, -static_cast<std::ptrdiff_t>(answer_->size()));
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
  if (keep) {
    writable_ = true;
    return enter(ConnectionState::kIdle, host_.now() + host_.limits().idle);
  }
  transport_->finish();
  if (consumed && !readable_) return end(CloseReason::kNone);
  // What the client is still sending would make the kernel reset the connection, and take the
  // answer with it.
  lingering_ = true;
  std::string().swap(received_);
  enter(ConnectionState::kDrain, host_.now() + host_.limits().linger);
}

Connection::Progress Connection::throwAway() {
  std::string bytes;
  while (receive(bytes)) {
    thrownAway_ += bytes.size();
    bytes.clear();
    if (thrownAway_ > kThrownAwayBytes) break;
  }
  if (!dead_ && (ended_ || thrownAway_ > kThrownAwayBytes)) end(reason_);
  return Progress::kStop;
}

void Connection::join(const std::shared_ptr<Channel>& channel) {
  listening_ = std::make_unique<Listening>(channel, *transport_, host_.now());
  listening_->viewer().hear(std::exchange(received_, {}), host_.now());
  writable_ = true;
  enter(ConnectionState::kStream, listening_->viewer().deadline());
  host_.joined(*this, channel);
}

Connection::Progress Connection::stream() {
  std::string bytes;
  while (receive(bytes)) listening_->viewer().hear(std::exchange(bytes, {}), host_.now());
  if (dead_) return Progress::kStop;
  if (ended_ || !listening_->send(writable_, host_.now())) {
    end(CloseReason::kNone);
  } else if (deadline_ != listening_->viewer().deadline()) {
    enter(ConnectionState::kStream, listening_->viewer().deadline());
  }
  return Progress::kStop;
}

void Connection::deadlinePassed() {
  switch (state_) {
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
