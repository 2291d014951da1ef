#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

namespace orchestrator_exporter::http {

// The descriptors that the front waits for (epoll(7)), each with what it is and a number of its
// own, which its events bear. They are the owners' and leave when they are closed. For one thread.
class Watched {
 public:
  enum class Kind : std::uint8_t { kWakeup, kListener, kLink, kConnection };
  // What events tell of, but for a listener: edges, and beside bytes to read and the end of the
  // peer room to write.
  enum class Way : std::uint8_t { kConnections, kRead, kReadAndWrite };

  struct Event {
    explicit Event(const epoll_event& event)
        : kind(static_cast<Kind>(event.data.u64 >> kKindShift)),
          number(event.data.u64 & kNumber),
          isBroken((event.events & (EPOLLHUP | EPOLLERR)) != 0),
          isEnded((event.events & EPOLLRDHUP) != 0),
          isReadable((event.events & EPOLLIN) != 0),
          isWritable((event.events & EPOLLOUT) != 0) {}

    Kind kind;
    std::uint64_t number;
    bool isBroken;
    bool isEnded;  // by the peer
    bool isReadable;
    bool isWritable;
  };

  // Throws std::system_error, as what follows.
  Watched();
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  void add(int descriptor, Kind kind, std::uint64_t number, Way way);
  void change(int descriptor, Kind kind, std::uint64_t number, Way way);
  // Events that have come within so many milliseconds, for ever if that is -1; valid until the next
  // call.
  std::span<const epoll_event> wait(int milliseconds);

 private:
  static constexpr unsigned kKindShift = 56;
  static constexpr std::uint64_t kNumber = (std::uint64_t{1} << kKindShift) - 1;

  void control(int operation, int descriptor, Kind kind, std::uint64_t number, Way way);

  const int epoll_;
  std::array<epoll_event, 64> events_;
};

}  // namespace orchestrator_exporter::http
