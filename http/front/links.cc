#include "http/front/links.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

Links::Links(Engine& engine, Watch watch)
    : engine_(engine), watch_(std::move(watch)), links_(engine.workers()) {
  for (std::size_t i = 0; i < links_.size(); ++i) idle_.push_back(i);
}

std::optional<std::string> Links::carry(Client& client, StreamId stream) {
  const std::size_t number = isBusy(preferred_) ? idle_.front() : preferred_;
  Link& link = links_[number];
  if (link.socket < 0) {
    try {
      link.socket = engine_.connect(number);
      watch_(link.socket, number, Wanted::kNew);
    } catch (const std::runtime_error& error) {
      if (link.socket >= 0) ::close(std::exchange(link.socket, -1));
      return error.what();
    }
  }
  auto request = client.carry(stream);
  if (!request) return std::nullopt;
  std::erase(idle_, number);
  std::ranges::make_heap(idle_, std::greater());
  if (stream != 0) ++calls_;
  link.request = {client.id(), stream};
  link.outgoing = engine_.request(number, request->head, request->body, std::move(request->ticket));
  link.sent = 0;
  writable(number);
  return std::nullopt;
}

RequestId Links::answered(std::size_t link) {
  idle_.push_back(link);
  std::ranges::push_heap(idle_, std::greater());
  const RequestId request = std::exchange(links_[link].request, {});
  if (request.stream != 0) --calls_;
  return request;
}

void Links::writable(std::size_t number) {
  Link& link = links_[number];
  while (link.sent < link.outgoing.size()) {
    const ssize_t sent = ::send(link.socket, link.outgoing.data() + link.sent,
                                link.outgoing.size() - link.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    // Full: the socket tells when it takes more. Broken: the event of its end comes next.
    if (sent < 0) return waitForRoom(number, errno == EAGAIN);
    link.sent += static_cast<std::size_t>(sent);
  }
  waitForRoom(number, false);
  constexpr std::size_t kKeptBytes = 4U << 10;
  if (link.outgoing.capacity() > kKeptBytes) {
    std::string().swap(link.outgoing);
    link.sent = 0;
  }
}

void Links::waitForRoom(std::size_t number, bool waits) {
  Link& link = links_[number];
  if (link.waitsForRoom == waits) return;
  link.waitsForRoom = waits;
  watch_(link.socket, number, waits ? Wanted::kRoom : Wanted::kNoMoreRoom);
}

std::optional<RequestId> Links::broke(std::size_t number) {
  Link& link = links_[number];
  if (link.socket < 0) return std::nullopt;
  ::close(std::exchange(link.socket, -1));
  link.outgoing.clear();
  link.sent = 0;
  link.waitsForRoom = false;
  if (link.request.connection == 0) return std::nullopt;
  return answered(number);
}

void Links::close() {
  for (Link& link : links_) {
    if (link.socket >= 0) ::close(std::exchange(link.socket, -1));
  }
}

}  // namespace orchestrator_exporter::http
