#include "http/streams/channel.h"

#include <utility>

namespace orchestrator_exporter::http {

void Channel::send(const Message& message) const {
  const std::lock_guard lock(mutex_);
  if (deliver_) deliver_(message);
}

void Channel::carryBy(Deliver deliver) {
  const std::lock_guard lock(mutex_);
  deliver_ = std::move(deliver);
}

}  // namespace orchestrator_exporter::http
