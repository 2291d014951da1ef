#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

#include "http/streams/channel.h"

namespace orchestrator_exporter::http {

// Which clients listen to which channel. For the front's thread alone.
class Audiences {
 public:
  // Gets what a channel sends, on the thread that sends it.
  using Carry = std::function<void(const Channel*, const Channel::Message&)>;

  explicit Audiences(Carry carry) : carry_(std::move(carry)) {}

  void join(std::uint64_t client, const std::shared_ptr<Channel>& channel);
  void leave(std::uint64_t client, const Channel* channel);
  std::set<std::uint64_t> of(const Channel* channel) const;
  // Carries no message any more.
  void end();

 private:
  struct Audience {
    std::shared_ptr<Channel> channel;
    std::set<std::uint64_t> clients;
  };

  const Carry carry_;
  std::unordered_map<const Channel*, Audience> all_;
};

}  // namespace orchestrator_exporter::http
