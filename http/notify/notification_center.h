#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "http/notify/courier.h"
#include "http/notify/delivery_figures.h"
#include "metrics/notifications/dispatcher.h"
#include "metrics/notifications/state/alert_states.h"
#include "metrics/notifications/state/state_file.h"
#include "metrics/rules/notifier.h"
#include "metrics/source.h"

namespace orchestrator_exporter::http::notify {

// Tells people of alerts: keeps what rules say of them, decides with a Dispatcher who is told when,
// and has couriers carry it out. What was decided is on disk before it is sent, so that nothing is
// lost and nothing is told twice whenever the process ends; without a state file, or while that
// fails, it goes on in memory. Any thread may call anything.
class NotificationCenter final : public rules::Notifier, public Source, private CourierEvents {
 public:
  // What a configuration says: who is told when, and the channels of each receiver in the order of
  // its integrations.
  struct Setup {
    std::shared_ptr<const notifications::Plan> plan;
    std::map<std::string, std::vector<std::shared_ptr<Channel>>> channels = {};
  };
  struct Options {
    std::filesystem::path stateFile = {};  // empty: nothing is kept
    notifications::Milliseconds retention = std::chrono::hours(24 * 30);
    // Alerts that fired before a start count as firing for so long unless rules say more.
    notifications::Milliseconds grace = std::chrono::minutes(5);
    Courier::WallClock clock;
    std::function<void(bool isFault, const std::string&)> log;
  };

  NotificationCenter(Setup setup, Options options);
  ~NotificationCenter() override;
  NotificationCenter(const NotificationCenter&) = delete;
  NotificationCenter& operator=(const NotificationCenter&) = delete;

  void notify(const std::vector<rules::NotifiedAlert>& alerts) override;
  void changed(const std::vector<rules::AlertChange>& changes) override;
  void allEvaluated(const std::set<LabelSet>& active) override;

  // Alerts of another program, which are known when it comes back. endsAt of one that fires says
  // from when on it counts as ended if no more is said of it.
  void receive(std::vector<notifications::Alert> alerts);

  // Another configuration from now on.
  void replace(Setup setup);
  // Ends all threads; called by the destructor too.
  void stop();

  // Asks about the state as it is; `ask` is called with the lock held and comes back soon.
  using Ask = std::function<void(const notifications::Dispatcher&, notifications::Time now)>;
  void look(const Ask& ask) const;

  // Both throw notifications::SilenceError; `who` is kept for the record. Returns the id.
  std::string setSilence(notifications::Silence silence, const std::string& who);
  void expireSilence(const std::string& id, const std::string& who);

  // Transitions of alerts, the newest first; without a state file the last 1,000 of them.
  notifications::HistoryPage history(const notifications::HistoryQuery& query) const;

  void collect(Sink& out) override;

 private:
  struct Inbox {
    std::vector<notifications::Alert> alerts = {};
    std::vector<rules::AlertChange> changes = {};
    std::optional<std::set<LabelSet>> active = std::nullopt;

    bool empty() const { return alerts.empty() && changes.empty() && !active; }
  };

  bool begin(const notifications::Notification& notification) override;
  bool comesBack(const notifications::Notification& notification, const Outcome& outcome) override;
  void done(const notifications::Notification& notification, const Report& report) override;

  void open();
  void restore(notifications::KeptState kept);
  void makeCouriers(const Setup& setup);
  void run(const std::stop_token& stop);
  // All of these with the lock held.
  notifications::Time work();
  void take(Inbox inbox, notifications::Time now, notifications::Changes& changes);
  void flush(notifications::Time now);
  void tidy(notifications::Time now, notifications::Changes& changes);
  void keep(notifications::Changes changes);
  void dispatch(const notifications::Notification& notification);
  // Adds to what the thread is to do, and wakes it.
  template <typename Fill>
  void post(Fill fill);

  const Options options_;
  std::mutex inboxMutex_;  // guards what follows
  std::condition_variable_any wakes_;
  Inbox inbox_;
  bool isWoken_ = false;

  mutable std::mutex mutex_;  // guards what follows
  notifications::Dispatcher dispatcher_;
  std::unique_ptr<notifications::StateFile> state_;
  bool isFailing_ = false;  // the state file
  notifications::AlertStates states_;
  notifications::RecentTransitions recent_;  // without a state file
  notifications::Time tidied_ = 0;
  notifications::Time pruned_ = 0;
  DeliveryFigures figures_;
  std::map<std::string, std::vector<std::shared_ptr<Courier>>> couriers_;
  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::http::notify
