#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/notifications/alert.h"
#include "metrics/notifications/matcher.h"

namespace orchestrator_exporter::notifications {

// Somebody's wish not to hear of some alerts for a while.
struct Silence {
  std::string id = {};
  Matchers matchers = {};
  Time startsAt = 0;
  Time endsAt = 0;
  Time updatedAt = 0;
  std::string createdBy = {};
  std::string comment = {};
};

enum class SilenceState : std::uint8_t { kPending, kActive, kExpired };
SilenceState stateOf(const Silence& silence, Time now);
// pending, active, expired.
std::string_view nameOf(SilenceState state);

// A silence that is refused.
class SilenceError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { kInvalid, kUnknown };
  SilenceError(Kind kind, const std::string& reason) : std::runtime_error(reason), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// All silences: a thousand at most, each kept for 120 hours after its end.
class Silences {
 public:
  static constexpr std::size_t kMost = 1000;

  // Takes a new silence, or a new version of the one that has its id. Other matchers, or a silence
  // that has ended, make a silence of its own: the one before ends, and the new one is known by
  // `freshId`. Returns what was changed, what it is known by last. Throws SilenceError.
  std::vector<Silence> set(Silence silence, Time now, const std::string& freshId);
  // Ends it at once; one that has ended stays as it is. Throws SilenceError for one that is not
  // there.
  Silence expire(const std::string& id, Time now);
  // What was kept; takes any.
  void restore(Silence silence);
  // Forgets what ended long ago, and returns the ids.
  std::vector<std::string> forget(Time now);

  // The active ones that match, by id.
  std::vector<std::string> silencing(const LabelSet& labels, Time now) const;
  // Null if there is none.
  const Silence* find(const std::string& id) const;
  const std::map<std::string, Silence>& all() const { return all_; }

 private:
  std::map<std::string, Silence> all_;
};

}  // namespace orchestrator_exporter::notifications
