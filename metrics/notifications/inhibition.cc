#include "metrics/notifications/inhibition.h"

#include <algorithm>

namespace orchestrator_exporter::notifications {

Inhibitor::Inhibitor(const std::vector<InhibitRule>& rules) {
  for (const InhibitRule& rule : rules) rules_.push_back({rule});
}

std::string Inhibitor::Rule::keyOf(const LabelSet& labels) const {
  std::string key;
  for (const std::string& name : says.equal) key.append(labels.get(name)).push_back('\0');
  return key;
}

void Inhibitor::put(Fingerprint fingerprint, const Alert& alert) {
  for (Rule& rule : rules_) {
    if (!rule.says.source.match(alert.labels)) continue;
    rule.sources[rule.keyOf(alert.labels)][fingerprint] = {alert.endsAt,
                                                           rule.says.target.match(alert.labels)};
  }
}

void Inhibitor::remove(Fingerprint fingerprint, const LabelSet& labels) {
  for (Rule& rule : rules_) {
    const auto same = rule.sources.find(rule.keyOf(labels));
    if (same == rule.sources.end()) continue;
    same->second.erase(fingerprint);
    if (same->second.empty()) rule.sources.erase(same);
  }
}

std::vector<Fingerprint> Inhibitor::inhibiting(const LabelSet& labels, Time now) const {
  std::vector<Fingerprint> found;
  for (const Rule& rule : rules_) {
    if (!rule.says.target.match(labels)) continue;
    const auto same = rule.sources.find(rule.keyOf(labels));
    if (same == rule.sources.end()) continue;
    const bool isSource = rule.says.source.match(labels);
    const auto first = std::find_if(same->second.begin(), same->second.end(), [&](const auto& any) {
      return any.second.endsAt > now && !(isSource && any.second.isTarget);
    });
    if (first == same->second.end()) continue;
    if (std::find(found.begin(), found.end(), first->first) == found.end()) {
      found.push_back(first->first);
    }
  }
  return found;
}

}  // namespace orchestrator_exporter::notifications
