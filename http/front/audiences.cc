#include "http/front/audiences.h"

namespace orchestrator_exporter::http {

void Audiences::join(std::uint64_t client, const std::shared_ptr<Channel>& channel) {
  Audience& audience = all_[channel.get()];
  audience.clients.insert(client);
  if (audience.channel != nullptr) return;
  audience.channel = channel;
  channel->carryBy(
      [this, from = channel.get()](const Channel::Message& message) { carry_(from, message); });
}

void Audiences::leave(std::uint64_t client, const Channel* channel) {
  if (const auto found = all_.find(channel); found != all_.end()) {
    found->second.clients.erase(client);
  }
}

std::set<std::uint64_t> Audiences::of(const Channel* channel) const {
  const auto found = all_.find(channel);
  return found == all_.end() ? std::set<std::uint64_t>{} : found->second.clients;
}

void Audiences::end() {
  for (const auto& [channel, audience] : all_) audience.channel->carryBy({});
}

}  // namespace orchestrator_exporter::http
