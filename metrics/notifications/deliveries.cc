#include "metrics/notifications/deliveries.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter::notifications {

namespace {

bool isIt(const std::optional<Notification>& any, const std::string& id) {
  return any && any->id == id;
}

std::optional<std::string> taken(std::optional<Notification>& any) {
  const auto before = std::exchange(any, std::nullopt);
  return before ? std::optional(before->id) : std::nullopt;
}

}  // namespace

const Told* Deliveries::last(const std::string& key) const {
  const auto known = all_.find(key);
  if (known == all_.end()) return nullptr;
  if (known->second.sending) return &known->second.sending->told;
  const auto& waiting = known->second.waiting;
  if (waiting && waiting->isUncertain) return &waiting->told;
  return known->second.told ? &*known->second.told : nullptr;
}

bool Deliveries::isUnderWay(const std::string& key) const {
  const auto known = all_.find(key);
  return known != all_.end() && known->second.isUnderWay();
}

bool Deliveries::tellsFiring(const std::string& key, Fingerprint fingerprint) const {
  const auto isIn = [fingerprint](const Told& told) {
    return std::binary_search(told.firing.begin(), told.firing.end(), fingerprint);
  };
  const auto known = all_.find(key);
  if (known == all_.end()) return false;
  const auto& [told, sending, waiting] = known->second;
  return (told && isIn(*told)) || (sending && isIn(sending->told)) ||
         (waiting && isIn(waiting->told));
}

std::optional<std::string> Deliveries::enqueue(const std::string& key, const Notification& next) {
  Delivery& delivery = all_[key];
  // What may have arrived is sent once more, before the next.
  if (delivery.waiting && delivery.waiting->isUncertain && !delivery.sending) {
    delivery.sending = std::exchange(delivery.waiting, std::nullopt);
  }
  const auto before = taken(delivery.waiting);
  delivery.waiting = next;
  return before;
}

std::optional<std::string> Deliveries::withdraw(const std::string& key) {
  const auto known = all_.find(key);
  if (known == all_.end()) return std::nullopt;
  const auto& waiting = known->second.waiting;
  return waiting && waiting->isUncertain ? std::nullopt : taken(known->second.waiting);
}

void Deliveries::tell(const std::string& key, Told told) {
  all_[key].told = std::move(told);
  changed_.insert(key);
}

bool Deliveries::begin(const std::string& key, const std::string& id) {
  const auto known = all_.find(key);
  if (known == all_.end()) return false;
  // One that was under way before a start, with another one behind it.
  if (isIt(known->second.sending, id)) return known->second.sending->isUncertain;
  if (!isIt(known->second.waiting, id)) return false;
  known->second.sending = std::exchange(known->second.waiting, std::nullopt);
  return true;
}

bool Deliveries::arrived(const std::string& key, const std::string& id) {
  const auto known = all_.find(key);
  if (known == all_.end() || !isIt(known->second.sending, id)) return false;
  tell(key, std::exchange(known->second.sending, std::nullopt)->told);
  return true;
}

bool Deliveries::comesBack(const std::string& key, const std::string& id) {
  const auto known = all_.find(key);
  if (known == all_.end() || !isIt(known->second.sending, id)) return false;
  auto before = std::exchange(known->second.sending, std::nullopt);
  if (known->second.waiting) return false;
  known->second.waiting = std::move(before);
  return true;
}

void Deliveries::givenUp(const std::string& key, const std::string& id) {
  const auto known = all_.find(key);
  if (known == all_.end()) return;
  if (isIt(known->second.sending, id)) known->second.sending.reset();
  if (isIt(known->second.waiting, id)) known->second.waiting.reset();
}

void Deliveries::forget(Time now) {
  for (auto entry = all_.begin(); entry != all_.end();) {
    const Delivery& delivery = entry->second;
    if (delivery.isUnderWay() || (delivery.told && delivery.told->expiresAt > now)) {
      ++entry;
      continue;
    }
    changed_.insert(entry->first);
    entry = all_.erase(entry);
  }
}

}  // namespace orchestrator_exporter::notifications
