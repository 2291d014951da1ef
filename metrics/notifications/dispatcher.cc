#include "metrics/notifications/dispatcher.h"

#include <algorithm>

namespace orchestrator_exporter::notifications {

namespace {

// A try may begin so long after the decision, if the group's interval is not longer.
constexpr Milliseconds kLeastPatience = std::chrono::minutes(15);

// Whom a notification is for.
Notification addressed(const Dispatcher::Group& group, const Receiver& receiver,
                       std::size_t place) {
  Notification notification;
  notification.receiver = receiver.name;
  notification.integration = receiver.integrations[place].name;
  notification.place = place;
  notification.groupKey = group.key;
  notification.groupLabels = group.labels;
  return notification;
}

}  // namespace

Dispatcher::Dispatcher(std::shared_ptr<const Plan> plan, MakeId makeId)
    : plan_(std::move(plan)), makeId_(std::move(makeId)), inhibitor_(plan_->inhibitRules) {}

void Dispatcher::replace(std::shared_ptr<const Plan> plan, Time now) {
  std::map<std::string, Time> next;
  for (const auto& [id, group] : groups_) {
    if (group.hasFlushed) next[group.key] = group.next;
  }
  std::vector<Alert> alerts;
  for (const auto& [fingerprint, alert] : alerts_) alerts.push_back(alert);
  groups_.clear();
  plan_ = std::move(plan);
  inhibitor_ = Inhibitor(plan_->inhibitRules);
  restore(alerts, next, now);
}

void Dispatcher::restore(const std::vector<Alert>& alerts, const std::map<std::string, Time>& next,
                         Time now) {
  put(alerts, now);
  for (auto& [id, group] : groups_) {
    const auto known = next.find(group.key);
    if (known == next.end()) continue;
    group.next = std::min(known->second, now + group.route->groupInterval.count());
    group.hasFlushed = true;
  }
}

void Dispatcher::put(const std::vector<Alert>& alerts, Time now) {
  for (const Alert& alert : alerts) {
    const Fingerprint known = fingerprint(alert.labels);
    const auto [at, isNew] = alerts_.try_emplace(known, alert);
    if (!isNew) at->second = merged(at->second, alert, now);
    inhibitor_.put(known, at->second);
    route(known, at->second, now);
  }
}

void Dispatcher::route(Fingerprint fingerprint, const Alert& alert, Time now) {
  for (const Route* const route : routesFor(plan_->root, alert.labels)) {
    LabelSet labels = route->groupLabels(alert.labels);
    // An end is of interest only to a group that has the alert, or told of it before a start.
    const auto known = groups_.find({route->id, labels});
    const bool isThere = known != groups_.end() && known->second.alerts.contains(fingerprint);
    if (alert.isResolved(now) && !isThere && !wasToldFiring(*route, labels, fingerprint)) continue;
    const auto [at, isNew] = groups_.try_emplace({route->id, labels});
    Group& group = at->second;
    if (isNew) {
      group.route = route;
      group.key = groupKey(*route, labels);
      group.labels = std::move(labels);
      group.next = now + route->groupWait.count();
    }
    group.alerts[fingerprint] = alert;
    if (!group.hasFlushed && alert.startsAt + route->groupWait.count() < now) group.next = now;
  }
}

bool Dispatcher::wasToldFiring(const Route& route, const LabelSet& labels,
                               Fingerprint fingerprint) const {
  const Receiver* const receiver = receiverOf(route);
  if (receiver == nullptr) return false;
  Group group;
  group.key = groupKey(route, labels);
  for (std::size_t place = 0; place < receiver->integrations.size(); ++place) {
    if (deliveries_.tellsFiring(addressed(group, *receiver, place).key(), fingerprint)) return true;
  }
  return false;
}

std::vector<Alert> Dispatcher::settleFirst(const std::set<LabelSet>& active, Time now) {
  constexpr Time kLongest = Milliseconds(std::chrono::hours(24)).count();
  std::vector<Alert> all;
  std::vector<Alert> ended;
  for (const auto& [known, alert] : alerts_) {
    if (alert.isResolved(now) || alert.isForeign) continue;
    all.push_back(alert);
    const bool goesOn = active.contains(alert.labels);
    all.back().endsAt = goesOn ? std::max(alert.endsAt, now + kLongest) : now;
    all.back().updatedAt = now;
    if (!goesOn) ended.push_back(all.back());
  }
  put(all, now);
  return ended;
}

std::optional<Time> Dispatcher::nextFlush() const {
  std::optional<Time> next;
  for (const auto& [id, group] : groups_) next = std::min(next.value_or(group.next), group.next);
  return next;
}

Dispatcher::Flushed Dispatcher::flushDue(Time now) {
  Flushed flushed;
  for (auto& [id, group] : groups_) {
    if (group.next > now) continue;
    // The next flush is one interval after the time of this one, however late it is.
    group.next = now + group.route->groupInterval.count();
    group.hasFlushed = true;
    flushed.next[group.key] = group.next;
    flush(group, now, flushed);
  }
  std::erase_if(groups_, [&](const auto& entry) {
    return entry.second.alerts.empty() && !isUnderWay(entry.second);
  });
  return flushed;
}

void Dispatcher::flush(Group& group, Time now, Flushed& out) {
  group.ended.clear();
  for (const auto& [known, alert] : group.alerts) {
    if (alert.isResolved(now)) group.ended.emplace(known, alert);
  }
  const std::vector<Alert> alerts = audible(group, now);
  if (!alerts.empty()) decide(group, alerts, now, out);
  settle(group);
}

// What the group has to tell: nothing while its route is quiet, and none of what is muted.
std::vector<Alert> Dispatcher::audible(const Group& group, Time now) {
  std::vector<Alert> alerts;
  for (const auto& [known, alert] : group.alerts) {
    if (!inhibitor_.inhibiting(alert.labels, now).empty()) {
      ++suppressed_[Suppression::kInhibition];
      continue;
    }
    alerts.push_back(alert);
    if (!alert.isResolved(now)) alerts.back().endsAt = 0;
  }
  if (const auto quiet = quietness(*group.route, now)) {
    suppressed_[*quiet] += alerts.size();
    return {};
  }
  std::erase_if(alerts, [&](const Alert& alert) {
    const bool isSilenced = !silences_.silencing(alert.labels, now).empty();
    const bool isCold = !isSilenced && isCooling(fingerprint(alert.labels), alert, now);
    if (isSilenced) ++suppressed_[Suppression::kSilence];
    if (isCold) ++suppressed_[Suppression::kCooldown];
    return isSilenced || isCold;
  });
  std::sort(alerts.begin(), alerts.end(),
            [](const Alert& a, const Alert& b) { return comesBefore(a.labels, b.labels); });
  return alerts;
}

// It fires again too early after it was told that it fires.
bool Dispatcher::isCooling(Fingerprint fingerprint, const Alert& alert, Time now) {
  if (alert.cooldown.count() == 0 || alert.endsAt != 0) return false;
  const auto known = cooling_.find(fingerprint);
  if (known == cooling_.end() || known->second.startsAt == alert.startsAt) return false;
  return now < known->second.toldAt + alert.cooldown.count();
}

void Dispatcher::decide(const Group& group, const std::vector<Alert>& alerts, Time now,
                        Flushed& out) {
  const Receiver* const receiver = receiverOf(*group.route);
  if (receiver == nullptr) return;
  ToTell toTell;
  for (const Alert& alert : alerts) {
    (alert.endsAt == 0 ? toTell.firing : toTell.resolved).push_back(fingerprint(alert.labels));
  }
  std::sort(toTell.firing.begin(), toTell.firing.end());
  std::sort(toTell.resolved.begin(), toTell.resolved.end());
  toTell.repeatInterval = group.route->repeatInterval;
  toTell.now = now;
  bool isTold = false;
  for (std::size_t place = 0; place < receiver->integrations.size(); ++place) {
    Notification next = addressed(group, *receiver, place);
    const std::string key = next.key();
    toTell.sendsResolved = receiver->integrations[place].sendsResolved;
    const auto reason = reasonToTell(deliveries_.last(key), toTell);
    const bool isSent = reason && (toTell.sendsResolved || !toTell.firing.empty());
    if (!isSent) {
      // What waits tells of alerts that are no news any more.
      if (const auto before = deliveries_.withdraw(key)) out.withdrawn.push_back(*before);
      if (reason) deliveries_.tell(key, toldOf(toTell));
      continue;
    }
    isTold = true;
    next.id = makeId_();
    next.reason = *reason;
    next.at = now;
    next.giveUpAt = now + std::max(kLeastPatience, group.route->groupInterval).count();
    next.alerts = alerts;
    next.told = toldOf(toTell);
    if (!toTell.sendsResolved) {
      std::erase_if(next.alerts, [](const Alert& alert) { return alert.endsAt != 0; });
    }
    if (const auto before = deliveries_.enqueue(key, next)) {
      out.withdrawn.push_back(*before);
    }
    out.notifications.push_back(std::move(next));
  }
  if (!isTold) return;
  for (const Alert& alert : alerts) {
    if (alert.cooldown.count() == 0 || alert.endsAt != 0) continue;
    const Fingerprint known = fingerprint(alert.labels);
    Cooling& cooling = cooling_[known];
    if (cooling.startsAt == alert.startsAt) continue;
    cooling = {now, alert.startsAt};
    out.cooling[known] = cooling;
  }
}

const Receiver* Dispatcher::receiverOf(const Route& route) const {
  const auto found =
      std::find_if(plan_->receivers.begin(), plan_->receivers.end(),
                   [&](const Receiver& receiver) { return receiver.name == route.receiver; });
  return found == plan_->receivers.end() ? nullptr : &*found;
}

bool Dispatcher::isUnderWay(const Group& group) const {
  const Receiver* const receiver = receiverOf(*group.route);
  if (receiver == nullptr) return false;
  for (std::size_t place = 0; place < receiver->integrations.size(); ++place) {
    if (deliveries_.isUnderWay(addressed(group, *receiver, place).key())) return true;
  }
  return false;
}

// Once nothing is under way, what ended and was told is forgotten, unless it fires again.
void Dispatcher::settle(Group& group) {
  if (isUnderWay(group)) return;
  for (const auto& [known, alert] : std::exchange(group.ended, {})) {
    const auto now = group.alerts.find(known);
    if (now != group.alerts.end() && now->second == alert) group.alerts.erase(now);
  }
}

bool Dispatcher::begin(const Notification& notification) {
  return deliveries_.begin(notification.key(), notification.id);
}

void Dispatcher::arrived(const Notification& notification) {
  if (!deliveries_.arrived(notification.key(), notification.id)) return;
  for (auto entry = groups_.begin(); entry != groups_.end();) {
    Group& group = entry->second;
    const bool isIt = group.key == notification.groupKey;
    if (isIt) settle(group);
    const bool ends = isIt && group.hasFlushed && group.alerts.empty() && !isUnderWay(group);
    entry = ends ? groups_.erase(entry) : std::next(entry);
  }
}

bool Dispatcher::comesBack(const Notification& notification) {
  return deliveries_.comesBack(notification.key(), notification.id);
}

// What did not arrive is told with the next flush.
void Dispatcher::givenUp(const Notification& notification) {
  deliveries_.givenUp(notification.key(), notification.id);
  for (auto& [id, group] : groups_) {
    if (group.key == notification.groupKey) group.ended.clear();
  }
}

Dispatcher::Muting Dispatcher::mutingOf(const LabelSet& labels, Time now) const {
  return {inhibitor_.inhibiting(labels, now), silences_.silencing(labels, now)};
}

std::vector<std::string> Dispatcher::mutingIntervals(const Route& route, Time now) const {
  std::vector<std::string> muting;
  for (const std::string& name : route.muteIntervals) {
    if (contain(plan_->intervals.at(name), now)) muting.push_back(name);
  }
  if (quietness(route, now) == Suppression::kActiveInterval) {
    muting.insert(muting.end(), route.activeIntervals.begin(), route.activeIntervals.end());
  }
  return muting;
}

std::optional<Suppression> Dispatcher::quietness(const Route& route, Time now) const {
  const auto isNow = [&](const std::string& name) {
    return contain(plan_->intervals.at(name), now);
  };
  const auto& active = route.activeIntervals;
  if (!active.empty() && std::none_of(active.begin(), active.end(), isNow)) {
    return Suppression::kActiveInterval;
  }
  const auto& mute = route.muteIntervals;
  return std::any_of(mute.begin(), mute.end(), isNow) ? std::optional(Suppression::kMuteInterval)
                                                      : std::nullopt;
}

std::vector<Fingerprint> Dispatcher::forget(Time now) {
  std::set<Fingerprint> inGroups;
  for (const auto& [id, group] : groups_) {
    for (const auto& [known, alert] : group.alerts) inGroups.insert(known);
  }
  std::vector<Fingerprint> forgotten;
  for (auto entry = alerts_.begin(); entry != alerts_.end();) {
    if (!entry->second.isResolved(now) || inGroups.contains(entry->first)) {
      ++entry;
      continue;
    }
    inhibitor_.remove(entry->first, entry->second.labels);
    forgotten.push_back(entry->first);
    entry = alerts_.erase(entry);
  }
  return forgotten;
}

}  // namespace orchestrator_exporter::notifications
