#include "http/front/loop/watched.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace orchestrator_exporter::http {
namespace {

std::uint32_t eventsOf(Watched::Way way) {
  switch (way) {
    case Watched::Way::kConnections:
      return EPOLLIN;
    case Watched::Way::kRead:
      return EPOLLIN | EPOLLRDHUP | EPOLLET;
    case Watched::Way::kReadAndWrite:
      break;
  }
  return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
}

}  // namespace

Watched::Watched() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Watched::~Watched() { ::close(epoll_); }

void Watched::add(int descriptor, Kind kind, std::uint64_t number, Way way) {
  control(EPOLL_CTL_ADD, descriptor, kind, number, way);
}

void Watched::change(int descriptor, Kind kind, std::uint64_t number, Way way) {
  control(EPOLL_CTL_MOD, descriptor, kind, number, way);
}

void Watched::control(int operation, int descriptor, Kind kind, std::uint64_t number, Way way) {
  epoll_event event{};
  event.events = eventsOf(way);
  event.data.u64 = (static_cast<std::uint64_t>(kind) << kKindShift) | number;
  if (::epoll_ctl(epoll_, operation, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

std::span<const epoll_event> Watched::wait(int milliseconds) {
  const int count =
      ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), milliseconds);
  return {events_.data(), static_cast<std::size_t>(std::max(count, 0))};
}

}  // namespace orchestrator_exporter::http
