#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// What goes on after an answer. An endpoint that puts a channel into its response leaves the
// connection with the server, which from then on sends each message of the channel to it; no thread
// waits for a viewer. For any thread.
class Channel {
 public:
  enum class Kind : std::uint8_t {
    kEvents,     // server-sent events: the client says nothing more
    kWebSocket,  // RFC 6455: frames both ways
  };
  // As it is sent, the same for all viewers.
  struct Message {
    std::shared_ptr<const std::string> bytes;
    bool replaceable = false;  // a newer replaceable one takes its place if a viewer is slow
  };
  using Deliver = std::function<void(const Message&)>;

  // `asked`: how often a viewer wants replaceable messages, of a text that it sent; nullopt for a
  // text that makes no sense.
  using Asked = std::function<std::optional<std::chrono::seconds>(std::string_view text)>;

  explicit Channel(Kind kind, Asked asked = {}) : kind_(kind), asked_(std::move(asked)) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  Kind kind() const { return kind_; }
  const Asked& asked() const { return asked_; }
  std::size_t viewers() const { return viewers_.load(); }
  // To all who listen now; nothing without a server.
  void send(const Message& message) const;

  // By the server: how messages get to its viewers, and how many there are. Without `deliver` it
  // carries no more.
  void carryBy(Deliver deliver);
  void count(int by) { viewers_ += static_cast<std::size_t>(by); }

 private:
  const Kind kind_;
  const Asked asked_;
  std::atomic<std::size_t> viewers_ = 0;
  mutable std::mutex mutex_;
  Deliver deliver_;
};

}  // namespace orchestrator_exporter::http
