#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "metrics/notifications/notification.h"

namespace orchestrator_exporter::notifications {

// What each integration was told of each group, and what is on its way to it. Keys are those of
// notifications.
class Deliveries {
 public:
  struct Delivery {
    std::optional<Told> told = std::nullopt;
    std::optional<Notification> sending = std::nullopt;  // a request is under way
    std::optional<Notification> waiting = std::nullopt;  // for its first or its next try

    bool isUnderWay() const { return sending || waiting; }
  };

  // What a decision goes by: a request under way, or one that may have arrived, counts as if it
  // had. Null: nothing.
  const Told* last(const std::string& key) const;
  bool isUnderWay(const std::string& key) const;
  // Whether what was told last, or is about to be, has the alert among those that fire.
  bool tellsFiring(const std::string& key, Fingerprint fingerprint) const;

  // Waits from now on, in the place of what waited; returns the id of that. What may have arrived
  // keeps its place and counts as under way: it is sent once more before this one.
  std::optional<std::string> enqueue(const std::string& key, const Notification& next);
  // What waits is of no interest any more, unless it may have arrived; returns its id.
  std::optional<std::string> withdraw(const std::string& key);
  // Told without a request.
  void tell(const std::string& key, Told told);

  // All three do nothing for an id that is not expected. What comes back of a try is false if
  // something newer waits, so that there is no other try.
  bool begin(const std::string& key, const std::string& id);
  bool arrived(const std::string& key, const std::string& id);
  bool comesBack(const std::string& key, const std::string& id);
  void givenUp(const std::string& key, const std::string& id);

  // Forgets what was told so long ago that it does not count.
  void forget(Time now);

  const std::map<std::string, Delivery>& all() const { return all_; }
  // The keys of which something else was told since the last call.
  std::set<std::string> takeChanged() { return std::exchange(changed_, {}); }
  // What was kept.
  void restore(const std::string& key, Told told) { all_[key].told = std::move(told); }

 private:
  std::map<std::string, Delivery> all_;
  std::set<std::string> changed_;
};

}  // namespace orchestrator_exporter::notifications
