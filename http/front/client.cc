#include "http/front/client.h"

#include <array>
#include <utility>

namespace orchestrator_exporter::http {
namespace {

constexpr std::size_t kReadBytes = 16U << 10;

}  // namespace

Client::Client(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer, ClientHost& host)
    : id_(id),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      host_(host),
      since_(host.now()),
      watchedForRoom_(!transport_->isPlain()) {}

void Client::ready(bool readable, bool writable) {
  readable_ = readable_ || readable;
  writable_ = writable_ || writable;
  run();
}

void Client::waitForRoom() {
  writable_ = false;
  if (!std::exchange(watchedForRoom_, true)) host_.wantsRoom(*this);
}

void Client::hungUp() {
  hungUp_ = true;
  gone_.request_stop();
}

std::stop_token Client::gone() {
  if (!gone_.stop_possible()) gone_ = std::stop_source();
  if (hungUp_) gone_.request_stop();
  return gone_.get_token();
}

void Client::enter(ConnectionState state, std::optional<Time> deadline) {
  const ConnectionState before = std::exchange(state_, state);
  deadline_ = deadline;
  if (before != state) since_ = host_.now();
  host_.changed(*this, before);
}

void Client::end(CloseReason reason) {
  if (std::exchange(dead_, true)) return;
  hungUp();
  ending();
  host_.ended(*this, reason);
}

bool Client::receive(std::string& into) {
  if (!readable_ || ended_) return false;
  std::array<char, kReadBytes> bytes;
  std::size_t got = 0;
  switch (transport_->read(bytes.data(), bytes.size(), got)) {
    case Transport::Result::kDone:
      into.append(bytes.data(), got);
      // A socket that gave less than it could is empty, and tells of what comes next; but not of
      // its end again (epoll(7)). TLS may keep something back.
      if (got < bytes.size() && transport_->isPlain() && !hungUp_) readable_ = false;
      return true;
    case Transport::Result::kWait:
      readable_ = false;
      return false;
    case Transport::Result::kEnded:
      ended_ = true;
      return false;
    case Transport::Result::kFailed:
      end(CloseReason::kNone);
      return false;
  }
  return false;
}

}  // namespace orchestrator_exporter::http
