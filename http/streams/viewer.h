#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/streams/channel.h"
#include "http/streams/websocket.h"

namespace orchestrator_exporter::http {

// One who listens to a channel: what is still to be sent to it, and what it says. Knows no socket.
// For one thread at a time.
class Viewer {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kMostWaiting = 100;            // messages that must not be lost
  static constexpr std::chrono::seconds kSlowest{30};         // without taking a byte
  static constexpr std::chrono::seconds kLongestSilence{60};  // of a WebSocket, which is pinged

  Viewer(std::shared_ptr<Channel> channel, Time now);
  ~Viewer();
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  const Channel* channel() const { return channel_.get(); }
  // A message of the channel. Of replaceable ones at most one waits.
  void push(const Channel::Message& message, Time now);
  // What the client sent.
  void hear(std::string_view bytes, Time now);
  // The server goes: says so, and ends.
  void leave();

  // The next bytes to send, empty if there are none; and how many of them were sent.
  std::string_view unsent();
  void advance(std::size_t bytes, Time now);
  // Whether it is to be ended once unsent() is empty.
  bool isOver() const { return over_; }
  // When it is ended if nothing happens before.
  std::optional<Time> deadline() const;

 private:
  void close(websocket::CloseCode code);

  const std::shared_ptr<Channel> channel_;
  std::shared_ptr<const std::string> sending_;
  std::size_t sent_ = 0;  // of it
  std::deque<std::shared_ptr<const std::string>> kept_;
  std::shared_ptr<const std::string> newest_;  // of the replaceable ones
  std::chrono::seconds interval_{0};           // of replaceable ones
  Time lastUpdate_{};
  Time progress_;
  Time heard_;
  bool over_ = false;
  websocket::Reader reader_;
};

}  // namespace orchestrator_exporter::http
