#include "http/grpc/call_connection.h"

#include <algorithm>
#include <utility>

#include "http/front/answer.h"
#include "http/grpc/call_head.h"
#include "http/grpc/message.h"
#include "http/grpc/reply.h"
#include "http/server/header_value.h"

namespace orchestrator_exporter::http::grpc {
namespace {

using Result = Transport::Result;

}  // namespace

CallConnection::CallConnection(std::uint64_t id, Released begun, Peer peer, ClientHost& host)
    : Client(id, std::move(begun.transport), std::move(peer), host),
      received_(std::move(begun.received)),
      idleSince_(host.now()),
      headSince_(host.now()),
      session_(*this, host.now()) {
  start(ConnectionState::kHead, host.now() + host.limits().head);
}

CallConnection::~CallConnection() {
  for (auto& [stream, call] : calls_) giveBackBody(call);
}

void CallConnection::run() {
  if (running_ || isDead()) return;
  running_ = true;
  read();
  if (!isDead()) send();
  if (!isDead()) update();
  running_ = false;
}

void CallConnection::read() {
  do {
    if (!received_.empty()) broken_ = broken_ || !session_.receive(received_, host().now());
    received_.clear();
  } while (!broken_ && receive(received_));
  if (received_.capacity() > 0 && calls_.empty()) std::string().swap(received_);
}

void CallConnection::send() {
  for (;;) {
    if (sent_ == outgoing_.size()) {
      outgoing_.clear();
      sent_ = 0;
      session_.take(outgoing_);
    }
    if (outgoing_.empty()) break;
    if (!isWritable()) return;
    std::size_t taken = 0;
    switch (transport().send(std::string_view(outgoing_).substr(sent_), taken)) {
      case Result::kDone:
        sent_ += taken;
        break;
      case Result::kWait:
        return waitForRoom();
      case Result::kEnded:
      case Result::kFailed:
        return end(CloseReason::kNone);
    }
  }
  std::string().swap(outgoing_);
  // All is said: the connection goes if nothing more is to come.
  if (broken_) return end(CloseReason::kMalformed);
  if (ended_ || session_.finished() || (draining_ && calls_.empty())) end(CloseReason::kNone);
}

// When the part of a message that is missing must be there.
std::optional<Client::Time> CallConnection::arrivalDeadline(const Call& call) const {
  if (call.phase != Phase::kArriving) return std::nullopt;
  return std::min(call.silentSince + host().limits().bodySilence,
                  call.bodyBegun + host().limits().body);
}

// State and deadline by what the calls do.
void CallConnection::update() {
  std::optional<Time> next;
  const auto notLaterThan = [&](std::optional<Time> time) {
    if (time) next = next ? std::min(*next, *time) : *time;
  };
  bool works = false;
  bool answers = sent_ < outgoing_.size();
  bool arrives = false;
  for (const auto& [stream, call] : calls_) {
    works = works || call.phase == Phase::kWaiting || call.phase == Phase::kDeciding;
    answers = answers || call.phase == Phase::kAnswered;
    arrives = arrives || call.phase == Phase::kArriving;
    notLaterThan(arrivalDeadline(call));
  }
  const Time now = host().now();
  const auto began = [&](std::optional<Time>& since, bool lasts) {
    since = lasts ? std::optional(since.value_or(now)) : std::nullopt;
  };
  began(sendSince_, answers);
  began(headSince_, session_.withinHead());
  if (sendSince_) notLaterThan(*sendSince_ + host().limits().answer);
  if (headSince_) notLaterThan(*headSince_ + host().limits().head);
  if (!calls_.empty()) idleSince_ = now;
  if (!works && !answers && !arrives) {
    notLaterThan(idleSince_ + kIdle);
    return enter(headSince_ ? ConnectionState::kHead : ConnectionState::kIdle, next);
  }
  enter(works     ? ConnectionState::kRequest
        : answers ? ConnectionState::kDrain
                  : ConnectionState::kBody,
        next);
}

void CallConnection::deadlinePassed() {
  const Time now = host().now();
  if (sendSince_ && *sendSince_ + host().limits().answer <= now) {
    return end(CloseReason::kAnswerTimeout);
  }
  if (headSince_ && *headSince_ + host().limits().head <= now) {
    return end(CloseReason::kHeadTimeout);
  }
  for (auto& [stream, call] : calls_) {
    if (arrivalDeadline(call).value_or(Time::max()) > now) continue;
    refuseWith(stream, call, 408, "the message did not come in time");
  }
  const bool idle = calls_.empty() && idleSince_ + kIdle <= now;
  if (idle) session_.goAway();
  run();
  if (idle) end(CloseReason::kIdleTimeout);
}

void CallConnection::drain() {
  if (std::exchange(draining_, true)) return;
  session_.goAway();
  run();
}

CallConnection::Call* CallConnection::find(StreamId stream) {
  const auto found = calls_.find(stream);
  return found == calls_.end() ? nullptr : &found->second;
}

void CallConnection::opened(std::int32_t stream, Fields fields) {
  Call& call = calls_[stream];
  call.begun = host().now();
  call.most = host().limits().bodyBytes;
  try {
    call.head = callHead(fields);
  } catch (const HttpError& error) {
    call.isCall = false;
    return refuseWith(stream, call, error.status(), error.what());
  }
  call.isCall = isGrpc(call.head.header("content-type").value_or(""));
  if (!call.isCall) {
    return refuseWith(stream, call, 415, "HTTP/2 is for calls of gRPC here: use HTTP/1.1");
  }
  admit(stream, call, host().gate().admit(call.head, peer(), host().laterFor(*this, stream)));
}

void CallConnection::fieldsTooLarge(std::int32_t stream) {
  Call& call = calls_[stream];
  call.begun = host().now();
  refuseWith(
      stream, call, 431,
      "the fields are larger than " + std::to_string(h2::Session::kMaxFieldBytes) + " bytes");
}

void CallConnection::decided(StreamId stream, Admission admission) {
  Call* const call = find(stream);
  if (isDead() || call == nullptr || call->phase != Phase::kDeciding) return;
  admit(stream, *call, admission);
  run();
}

void CallConnection::admit(StreamId stream, Call& call, const Admission& admission) {
  call.more = admission.more;
  switch (admission.verdict) {
    case Admission::Verdict::kLater:
      return;
    case Admission::Verdict::kRefuse:
      return answer(stream, call, admission.refusal);
    case Admission::Verdict::kTake:
      break;
  }
  if (admission.bodyBytes) call.most = *admission.bodyBytes;
  call.phase = Phase::kArriving;
  call.bodyBegun = call.silentSince = host().now();
  session_.consumed(stream, call.body.size());
  enqueueIfWhole(stream, call);
}

// Until the gate has decided, a client may send no more than the stream's window.
void CallConnection::arrived(std::int32_t stream, std::string_view bytes) {
  session_.consumed(bytes.size());
  Call* const call = find(stream);
  if (call == nullptr || call->phase == Phase::kAnswered) return;
  if (!host().keepBody(static_cast<std::ptrdiff_t>(bytes.size()))) {
    return refuseWith(stream, *call, 503, "too many messages at once");
  }
  call->body.append(bytes);
  if (call->phase == Phase::kDeciding) return;
  session_.consumed(stream, bytes.size());
  call->silentSince = host().now();
  const std::size_t size =
      std::max<std::size_t>(sizeOf(call->body).value_or(0),
                            call->body.size() - std::min(call->body.size(), kPrefixBytes));
  if (size > call->most) {
    refuseWith(stream, *call, 413,
               "the message is larger than " + std::to_string(call->most) + " bytes");
  }
}

void CallConnection::whole(std::int32_t stream) {
  Call* const call = find(stream);
  if (call == nullptr) return;
  call->whole = true;
  enqueueIfWhole(stream, *call);
}

void CallConnection::enqueueIfWhole(StreamId stream, Call& call) {
  if (!call.whole || call.phase != Phase::kArriving) return;
  call.phase = Phase::kWaiting;
  host().enqueue(*this, stream);
}

void CallConnection::closed(std::int32_t stream) {
  const auto found = calls_.find(stream);
  if (found == calls_.end()) return;
  giveBackBody(found->second);
  calls_.erase(found);
  idleSince_ = host().now();
}

std::optional<Client::Carried> CallConnection::carry(StreamId stream) {
  Call* const call = find(stream);
  if (call == nullptr || call->phase != Phase::kWaiting) return std::nullopt;
  giveBackBody(*call);
  return Carried{call->head, std::exchange(call->body, {}),
                 Ticket{.remoteAddress = peer().address,
                        .keepAlive = true,
                        .more = {},
                        .begun = call->begun,
                        .gone = gone()}};
}

void CallConnection::finish(StreamId stream, Outcome outcome) {
  Call* const call = find(stream);
  if (isDead() || call == nullptr) return;
  if (outcome.answer == nullptr) {
    refuseWith(stream, *call, 500, "an internal error, see the log");
  } else {
    answer(stream, *call, outcome.answer->response());
  }
  run();
}

void CallConnection::refuse(StreamId stream, const Response& response) {
  Call* const call = find(stream);
  if (isDead() || call == nullptr) return;
  answer(stream, *call, response);
  run();
}

void CallConnection::refuseWith(StreamId stream, Call& call, int status, std::string_view reason) {
  Response response;
  response.status = status;
  response.body.assign(reason).append("\n");
  answer(stream, call, response);
}

void CallConnection::answer(StreamId stream, Call& call, const Response& response) {
  if (std::exchange(call.phase, Phase::kAnswered) == Phase::kAnswered) return;
  host().answered(call.head, peer(), response.status, host().now() - call.begun);
  giveBackBody(call);
  std::string().swap(call.body);
  session_.answer(stream, call.isCall ? replyOf(response, call.more) : plainReply(response));
}

void CallConnection::giveBackBody(Call& call) {
  host().keepBody(-static_cast<std::ptrdiff_t>(call.body.size()));
}

}  // namespace orchestrator_exporter::http::grpc
