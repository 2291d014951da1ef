#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "metrics/notifications/deliveries.h"
#include "metrics/notifications/inhibition.h"
#include "metrics/notifications/notification.h"
#include "metrics/notifications/route.h"
#include "metrics/notifications/silences.h"
#include "metrics/notifications/time_interval.h"

namespace orchestrator_exporter::notifications {

// What a configuration says of who is told when.
struct Plan {
  Route root = {};
  std::vector<Receiver> receivers = {};
  std::vector<InhibitRule> inhibitRules = {};
  std::map<std::string, TimeIntervals> intervals = {};  // by name
  // How long an alert of another program goes on if that program says no more of it.
  Milliseconds resolveTimeout = std::chrono::minutes(5);
};

// Why an alert is not told.
enum class Suppression : std::uint8_t {
  kInhibition,
  kActiveInterval,
  kMuteInterval,
  kSilence,
  kCooldown
};

// Alerts, the groups that they are told in, and when each group is told of which of them. All times
// are given to it, and what it decides is for others to carry out.
class Dispatcher {
 public:
  // Gives what a notification is known by, another one with each call.
  using MakeId = std::function<std::string()>;

  Dispatcher(std::shared_ptr<const Plan> plan, MakeId makeId);

  // Another plan: groups are made again, what was told stays told.
  void replace(std::shared_ptr<const Plan> plan, Time now);
  const Plan& plan() const { return *plan_; }

  // What is now known of alerts.
  void put(const std::vector<Alert>& alerts, Time now);
  // After a start: of the rules' alerts that fire, those that are given go on until more is said of
  // them, and the others end, since nobody else would say so. Returns the latter.
  std::vector<Alert> settleFirst(const std::set<LabelSet>& active, Time now);

  // When the next group is told; nullopt without groups.
  std::optional<Time> nextFlush() const;

  // When an alert was told last that has a cooldown, and since when it fired then.
  struct Cooling {
    Time toldAt = 0;
    Time startsAt = 0;
    friend bool operator==(const Cooling&, const Cooling&) = default;
  };

  struct Flushed {
    std::vector<Notification> notifications = {};
    std::vector<std::string> withdrawn = {};      // ids of those that wait and are not to be sent
    std::map<std::string, Time> next = {};        // when these groups are told next, by key
    std::map<Fingerprint, Cooling> cooling = {};  // what begins to cool with these
  };
  // Decides for every group whose time has come.
  Flushed flushDue(Time now);

  // What became of a notification; for ids that are not expected nothing happens. comesBack is
  // false if there shall be no other try.
  bool begin(const Notification& notification);
  void arrived(const Notification& notification);
  bool comesBack(const Notification& notification);
  void givenUp(const Notification& notification);

  // Why an alert is not told now, but for the intervals of its routes.
  struct Muting {
    std::vector<Fingerprint> inhibitedBy = {};
    std::vector<std::string> silencedBy = {};
    bool isMuted() const { return !inhibitedBy.empty() || !silencedBy.empty(); }
  };
  Muting mutingOf(const LabelSet& labels, Time now) const;
  // The names of the intervals that keep a route quiet now.
  std::vector<std::string> mutingIntervals(const Route& route, Time now) const;

  struct Group {
    const Route* route = nullptr;
    LabelSet labels = {};
    std::string key = {};
    std::map<Fingerprint, Alert> alerts = {};
    Time next = 0;
    bool hasFlushed = false;
    std::map<Fingerprint, Alert> ended = {};  // as they were told, to be forgotten on arrival
  };
  using GroupId = std::pair<std::string, LabelSet>;  // the route's id and the group's labels

  const std::map<Fingerprint, Alert>& alerts() const { return alerts_; }
  const std::map<GroupId, Group>& groups() const { return groups_; }
  const std::map<Suppression, std::uint64_t>& suppressed() const { return suppressed_; }
  Silences& silences() { return silences_; }
  const Silences& silences() const { return silences_; }
  Deliveries& deliveries() { return deliveries_; }
  const Deliveries& deliveries() const { return deliveries_; }

  std::map<Fingerprint, Cooling>& cooling() { return cooling_; }
  const std::map<Fingerprint, Cooling>& cooling() const { return cooling_; }

  // Kept alerts, and when their groups would have been told next.
  void restore(const std::vector<Alert>& alerts, const std::map<std::string, Time>& next, Time now);
  // Forgets alerts that ended and are in no group; returns them.
  std::vector<Fingerprint> forget(Time now);

 private:
  void route(Fingerprint fingerprint, const Alert& alert, Time now);
  bool wasToldFiring(const Route& route, const LabelSet& labels, Fingerprint fingerprint) const;
  void flush(Group& group, Time now, Flushed& out);
  std::optional<Suppression> quietness(const Route& route, Time now) const;
  std::vector<Alert> audible(const Group& group, Time now);
  bool isCooling(Fingerprint fingerprint, const Alert& alert, Time now);
  void decide(const Group& group, const std::vector<Alert>& alerts, Time now, Flushed& out);
  bool isUnderWay(const Group& group) const;
  void settle(Group& group);
  const Receiver* receiverOf(const Route& route) const;

  std::shared_ptr<const Plan> plan_;
  const MakeId makeId_;
  Inhibitor inhibitor_;
  std::map<Fingerprint, Alert> alerts_;
  std::map<GroupId, Group> groups_;
  Silences silences_;
  Deliveries deliveries_;
  std::map<Fingerprint, Cooling> cooling_;
  std::map<Suppression, std::uint64_t> suppressed_;
};

}  // namespace orchestrator_exporter::notifications
