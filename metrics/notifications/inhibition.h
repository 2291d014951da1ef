#pragma once

#include <map>
#include <string>
#include <vector>

#include "metrics/notifications/alert.h"
#include "metrics/notifications/matcher.h"

namespace orchestrator_exporter::notifications {

// While an alert fires that matches the source, those are not told that match the target and have
// the same values of the equal labels; a label that neither has is equal.
struct InhibitRule {
  Matchers source = {};
  Matchers target = {};
  std::vector<std::string> equal = {};
};

// Knows which alerts keep others from being told.
class Inhibitor {
 public:
  explicit Inhibitor(const std::vector<InhibitRule>& rules);

  // What is now known of an alert.
  void put(Fingerprint fingerprint, const Alert& alert);
  void remove(Fingerprint fingerprint, const LabelSet& labels);

  // One alert for each rule that inhibits this one, none twice. Of those that match both sides of a
  // rule none inhibits another.
  std::vector<Fingerprint> inhibiting(const LabelSet& labels, Time now) const;

 private:
  struct Source {
    Time endsAt;
    bool isTarget;
  };
  struct Rule {
    InhibitRule says;
    // By the values of the equal labels.
    std::map<std::string, std::map<Fingerprint, Source>> sources = {};

    std::string keyOf(const LabelSet& labels) const;
  };
  std::vector<Rule> rules_;
};

}  // namespace orchestrator_exporter::notifications
