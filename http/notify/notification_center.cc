#include "http/notify/notification_center.h"

#include <algorithm>
#include <optional>

#include "metrics/history/store/sqlite/database.h"
#include "metrics/notifications/state/kept_json.h"
#include "metrics/uuid.h"

namespace orchestrator_exporter::http::notify {

namespace {

using namespace notifications;
using notifications::Time;  // rules has one too

constexpr Time kLongestSleep = 10'000;  // so that a clock that was set is noticed
constexpr Time kTidiesEvery = 60'000;
constexpr Time kPrunesEvery = 3'600'000;
constexpr Time kPatience = 900'000;  // for what waited when the program ended

Alert alertOf(const rules::NotifiedAlert& told, Time now) {
  return {told.labels, told.annotations,  told.startsAt, told.endsAt,
          now,         told.generatorUrl, told.cooldown};
}

void add(std::optional<Transition> transition, Changes& changes) {
  if (transition) changes.transitions.push_back(*std::move(transition));
}

Progress progress(const Notification& notification, std::string status) {
  return {.id = notification.id, .status = std::move(status)};
}

}  // namespace

NotificationCenter::NotificationCenter(Setup setup, Options options)
    : options_(std::move(options)), dispatcher_(setup.plan, randomUuid) {
  // Couriers begin with what waited.
  const std::lock_guard lock(mutex_);
  makeCouriers(setup);
  open();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

NotificationCenter::~NotificationCenter() { stop(); }

void NotificationCenter::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  std::map<std::string, std::vector<std::shared_ptr<Courier>>> couriers;
  {
    const std::lock_guard lock(mutex_);
    couriers.swap(couriers_);
  }
  // Without the lock, which they need to come to their end.
  for (const auto& [receiver, all] : couriers) {
    for (const auto& courier : all) courier->stop();
  }
}

void NotificationCenter::makeCouriers(const Setup& setup) {
  couriers_.clear();
  CourierEvents& events = *this;
  for (const auto& [receiver, channels] : setup.channels) {
    for (const auto& channel : channels) {
      couriers_[receiver].push_back(std::make_shared<Courier>(channel, events, options_.clock));
    }
  }
}

void NotificationCenter::open() {
  if (options_.stateFile.empty()) return;
  try {
    state_ = std::make_unique<StateFile>(options_.stateFile);
    restore(state_->load());
  } catch (const std::exception& error) {
    figures_.countStorageError();
    options_.log(true, std::string("alerts are not kept: state.db: ") + error.what());
    state_.reset();
  }
}

void NotificationCenter::restore(KeptState kept) {
  const Time now = options_.clock();
  for (Alert& alert : kept.alerts) {
    // What fired when it was told last goes on until rules say more.
    if (alert.endsAt > alert.updatedAt && !alert.isForeign) {
      alert.endsAt = std::max(alert.endsAt, now + options_.grace.count());
    }
  }
  for (Silence& silence : kept.silences) dispatcher_.silences().restore(std::move(silence));
  for (auto& [key, told] : kept.told) dispatcher_.deliveries().restore(key, std::move(told));
  dispatcher_.cooling() = std::move(kept.cooling);
  states_.restore(std::move(kept.states));
  Changes changes;
  for (Notification& waiting : kept.queued) {
    const auto known = couriers_.find(waiting.receiver);
    if (known == couriers_.end() || waiting.place >= known->second.size()) {
      changes.progress.push_back(progress(waiting, "dropped"));
      continue;
    }
    waiting.giveUpAt = std::max(waiting.giveUpAt, now + kPatience);
    if (const auto before = dispatcher_.deliveries().enqueue(waiting.key(), waiting)) {
      changes.progress.push_back({.id = *before, .status = "dropped"});
    }
  }
  dispatcher_.restore(kept.alerts, kept.nextFlush, now);
  keep(std::move(changes));
  for (const auto& [key, delivery] : dispatcher_.deliveries().all()) {
    if (delivery.sending) dispatch(*delivery.sending);
    if (delivery.waiting) dispatch(*delivery.waiting);
  }
}

void NotificationCenter::replace(Setup setup) {
  std::map<std::string, std::vector<std::shared_ptr<Courier>>> before;
  {
    const std::lock_guard lock(mutex_);
    before.swap(couriers_);
    makeCouriers(setup);
    dispatcher_.replace(setup.plan, options_.clock());
  }
  for (const auto& [receiver, all] : before) {
    for (const auto& courier : all) courier->stop();
  }
  const std::lock_guard lock(mutex_);
  Changes changes;
  std::vector<Notification> waiting;
  for (const auto& [key, delivery] : dispatcher_.deliveries().all()) {
    // What was cut off is told again by the new couriers, under its id.
    if (delivery.sending) waiting.push_back(*delivery.sending);
    if (delivery.waiting) waiting.push_back(*delivery.waiting);
  }
  for (const Notification& each : waiting) {
    const auto known = couriers_.find(each.receiver);
    if (known == couriers_.end() || each.place >= known->second.size()) {
      dispatcher_.givenUp(each);
      changes.progress.push_back(progress(each, "dropped"));
    } else if (dispatcher_.comesBack(each) || dispatcher_.deliveries().isUnderWay(each.key())) {
      dispatch(each);
    }
  }
  keep(std::move(changes));
  post([](Inbox&) {});
}

template <typename Fill>
void NotificationCenter::post(Fill fill) {
  const std::lock_guard lock(inboxMutex_);
  fill(inbox_);
  isWoken_ = true;
  wakes_.notify_all();
}

void NotificationCenter::notify(const std::vector<rules::NotifiedAlert>& alerts) {
  const Time now = options_.clock();
  post([&](Inbox& inbox) {
    for (const auto& alert : alerts) inbox.alerts.push_back(alertOf(alert, now));
  });
}

void NotificationCenter::receive(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) alert.isForeign = true;
  {
    const std::lock_guard lock(mutex_);
    Changes changes;
    take({.alerts = std::move(alerts)}, options_.clock(), changes);
    keep(std::move(changes));
  }
  post([](Inbox&) {});
}

void NotificationCenter::changed(const std::vector<rules::AlertChange>& changes) {
  post([&](Inbox& inbox) {
    inbox.changes.insert(inbox.changes.end(), changes.begin(), changes.end());
  });
}

void NotificationCenter::allEvaluated(const std::set<LabelSet>& active) {
  post([&](Inbox& inbox) { inbox.active = active; });
}

void NotificationCenter::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Time next = 0;
    {
      const std::lock_guard lock(mutex_);
      next = work();
    }
    const Time pause = std::clamp<Time>(next - options_.clock(), 0, kLongestSleep);
    std::unique_lock lock(inboxMutex_);
    wakes_.wait_for(lock, stop, Milliseconds(pause),
                    [this] { return std::exchange(isWoken_, false); });
  }
}

Time NotificationCenter::work() {
  const Time now = options_.clock();
  Inbox inbox;
  {
    const std::lock_guard lock(inboxMutex_);
    inbox = std::exchange(inbox_, {});
  }
  Changes changes;
  if (!inbox.empty()) take(std::move(inbox), now, changes);
  tidy(now, changes);
  keep(std::move(changes));
  flush(now);
  return dispatcher_.nextFlush().value_or(now + kLongestSleep);
}

void NotificationCenter::take(Inbox inbox, Time now, Changes& changes) {
  for (const rules::AlertChange& change : inbox.changes) {
    add(states_.change(change), changes);
    // One that fired before a start and waited to fire again ends without having fired.
    const auto known = dispatcher_.alerts().find(fingerprint(change.labels));
    const bool ends = change.to == rules::AlertState::kInactive &&
                      known != dispatcher_.alerts().end() && !known->second.isResolved(now);
    if (!ends) continue;
    inbox.alerts.insert(inbox.alerts.begin(), known->second);
    inbox.alerts.front().endsAt = change.time;
    inbox.alerts.front().updatedAt = now;
  }
  for (const Alert& alert : inbox.alerts) {
    const Fingerprint known = fingerprint(alert.labels);
    const auto before = dispatcher_.alerts().find(known);
    const bool fired = before != dispatcher_.alerts().end() && !before->second.isResolved(now);
    dispatcher_.put({alert}, now);
    // That a rule's alert still fires is no news to the next start.
    const Alert& after = dispatcher_.alerts().at(known);
    if (!fired || after.isForeign || after.isResolved(now)) changes.alerts.push_back(after);
    if (after.isForeign) add(states_.follow(after, now), changes);
  }
  if (!inbox.active) return;
  const std::vector<Alert> ended = dispatcher_.settleFirst(*inbox.active, now);
  for (const Alert& alert : ended) {
    add(states_.change({.time = now, .labels = alert.labels, .annotations = alert.annotations}),
        changes);
  }
  changes.alerts.insert(changes.alerts.end(), ended.begin(), ended.end());
}

void NotificationCenter::flush(Time now) {
  Changes changes;
  Dispatcher::Flushed flushed = dispatcher_.flushDue(now);
  changes.nextFlush = flushed.next;
  changes.cooling = flushed.cooling;
  for (const std::string& id : flushed.withdrawn) {
    changes.progress.push_back({.id = id, .status = "dropped"});
  }
  changes.queued = flushed.notifications;
  keep(std::move(changes));
  for (const Notification& notification : flushed.notifications) dispatch(notification);
}

void NotificationCenter::tidy(Time now, Changes& changes) {
  if (now - tidied_ < kTidiesEvery) return;
  tidied_ = now;
  for (const auto& [known, alert] : dispatcher_.alerts()) {
    // Its program says no more of it.
    const bool isLeft = alert.isForeign && alert.isResolved(now) && states_.fires(known);
    if (isLeft) add(states_.follow(alert, now), changes);
  }
  changes.forgottenAlerts = dispatcher_.forget(now);
  changes.forgottenSilences = dispatcher_.silences().forget(now);
  dispatcher_.deliveries().forget(now);
  if (now - pruned_ < kPrunesEvery) return;
  pruned_ = now;
  const Time oldest = now - options_.retention.count();
  std::erase_if(dispatcher_.cooling(),
                [oldest](const auto& entry) { return entry.second.toldAt < oldest; });
  if (!state_) return;
  try {
    state_->prune(oldest);
  } catch (const history::DatabaseError&) {
    figures_.countStorageError();
  }
}

// On disk, if there is one. A disk that fails keeps nobody from being told.
void NotificationCenter::keep(Changes changes) {
  for (const std::string& key : dispatcher_.deliveries().takeChanged()) {
    const auto known = dispatcher_.deliveries().all().find(key);
    const bool isTold = known != dispatcher_.deliveries().all().end();
    changes.told[key] = isTold ? known->second.told : std::nullopt;
  }
  if (!state_) {
    recent_.add(changes.transitions);
    return;
  }
  std::string fault;
  try {
    state_->write(changes);
  } catch (const history::DatabaseError& error) {
    figures_.countStorageError();
    fault = error.what();
  }
  if (fault.empty() != isFailing_) return;
  isFailing_ = !fault.empty();
  options_.log(isFailing_,
               isFailing_ ? "alerts are not kept: state.db: " + fault : "alerts are kept again");
}

void NotificationCenter::dispatch(const Notification& notification) {
  const auto known = couriers_.find(notification.receiver);
  if (known == couriers_.end() || notification.place >= known->second.size()) return;
  known->second[notification.place]->send(notification);
}

bool NotificationCenter::begin(const Notification& notification) {
  const std::lock_guard lock(mutex_);
  if (!dispatcher_.begin(notification)) return false;
  Changes changes;
  changes.progress.push_back(progress(notification, "sending"));
  keep(std::move(changes));
  return true;
}

bool NotificationCenter::comesBack(const Notification& notification, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  const bool isWanted = dispatcher_.comesBack(notification);
  Changes changes;
  changes.progress.push_back({.id = notification.id,
                              .status = isWanted ? "queued" : "dropped",
                              .httpStatus = outcome.status,
                              .error = outcome.error});
  keep(std::move(changes));
  return isWanted;
}

void NotificationCenter::done(const Notification& notification, const Report& report) {
  const std::lock_guard lock(mutex_);
  const bool isSent = report.outcome.kind == Outcome::Kind::kSent;
  Progress row = progress(notification, isSent ? "sent" : "failed");
  row.tries = report.tries;
  row.httpStatus = report.outcome.status;
  row.error = report.outcome.error;
  row.latency = report.took.count();
  if (isSent) {
    dispatcher_.arrived(notification);
    figures_.countSent(notification.integration, row.latency);
  } else {
    dispatcher_.givenUp(notification);
    figures_.countFailed(notification.integration, report.outcome, row.latency);
    options_.log(true, "receiver " + notification.receiver + ": " + notification.integration +
                           " was not told: " + row.error);
  }
  Changes changes;
  changes.progress.push_back(std::move(row));
  keep(std::move(changes));
}

void NotificationCenter::look(const Ask& ask) const {
  const std::lock_guard lock(mutex_);
  ask(dispatcher_, options_.clock());
}

std::string NotificationCenter::setSilence(Silence silence, const std::string& who) {
  const std::lock_guard lock(mutex_);
  const Silence* const known = dispatcher_.silences().find(silence.id);
  const std::string before = known ? written(*known) : "";
  const Time now = options_.clock();
  Changes changes;
  changes.silences = dispatcher_.silences().set(std::move(silence), now, randomUuid());
  const Silence& after = changes.silences.back();
  changes.audit.push_back({now, "silence set", who, before, written(after)});
  const std::string id = after.id;
  keep(std::move(changes));
  return id;
}

void NotificationCenter::expireSilence(const std::string& id, const std::string& who) {
  const std::lock_guard lock(mutex_);
  const Time now = options_.clock();
  const Silence* const known = dispatcher_.silences().find(id);
  const std::string before = known ? written(*known) : "";
  Changes changes;
  changes.silences.push_back(dispatcher_.silences().expire(id, now));
  changes.audit.push_back({now, "silence ended", who, before, written(changes.silences.back())});
  keep(std::move(changes));
}

HistoryPage NotificationCenter::history(const HistoryQuery& query) const {
  if (!options_.stateFile.empty()) return readTransitions(options_.stateFile, query);
  const std::lock_guard lock(mutex_);
  return recent_.page(query);
}

void NotificationCenter::collect(Sink& out) {
  const std::lock_guard lock(mutex_);
  figures_.collect(dispatcher_, options_.clock(), out);
}

}  // namespace orchestrator_exporter::http::notify
