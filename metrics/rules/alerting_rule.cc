#include "metrics/rules/alerting_rule.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "metrics/rules/alert_restoration.h"
#include "metrics/rules/expansion/texts.h"

namespace orchestrator_exporter::rules {

std::string_view stateName(AlertState state) {
  switch (state) {
    case AlertState::kPending:
      return "pending";
    case AlertState::kFiring:
      return "firing";
    default:
      return "inactive";
  }
}

AlertingRule::AlertingRule(std::shared_ptr<const RuleDefinition> definition,
                           const RuleSettings& settings)
    : Rule(std::move(definition), settings), isWritten_(!settings.restores) {}

Alert AlertingRule::alertOf(const Element& element, Time time) const {
  const AlertData data{element.labels, element.value, settings().externalLabels,
                       settings().externalUrl,
                       [this, time](const std::string& query) { return ask(query, time); }};
  Alert alert;
  alert.labels = element.labels;
  alert.labels.remove("__name__");
  const RuleDefinition& rule = definition();
  for (std::size_t i = 0; i < rule.labels.size(); ++i) {
    alert.labels.set(rule.labels[i].first, rule.labelTemplates[i].expand(data));
  }
  alert.labels.set("alertname", rule.name);
  for (std::size_t i = 0; i < rule.annotations.size(); ++i) {
    alert.annotations.emplace_back(rule.annotations[i].first,
                                   rule.annotationTemplates[i].expand(data));
  }
  alert.value = element.value;
  alert.activeAt = time;
  return alert;
}

std::map<LabelSet, Alert> AlertingRule::alertsOf(const std::vector<Element>& elements,
                                                 Time time) const {
  std::map<LabelSet, Alert> alerts;
  for (const Element& element : elements) {
    Alert alert = alertOf(element, time);
    LabelSet labels = alert.labels;
    if (!alerts.emplace(std::move(labels), std::move(alert)).second) {
      throw std::runtime_error(
          "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  return alerts;
}

// What was known keeps its state and takes the newest value; what had ended begins again.
void AlertingRule::merge(std::map<LabelSet, Alert> found) {
  for (auto& [labels, alert] : found) {
    Alert& known = alerts_.try_emplace(labels, alert).first->second;
    if (known.state == AlertState::kInactive) {
      known = alert;
    } else {
      known.value = alert.value;
      known.annotations = alert.annotations;
    }
  }
}

bool AlertingRule::advance(Alert& alert, bool isFound, Time time) const {
  bool fires = isFound;
  if (isFound) {
    alert.keepFiringSince.reset();
  } else if (alert.state == AlertState::kFiring && definition().keepFiringFor.count() > 0) {
    if (!alert.keepFiringSince) alert.keepFiringSince = time;
    fires = time - *alert.keepFiringSince < definition().keepFiringFor.count();
  }
  if (!fires) {
    if (alert.state != AlertState::kInactive) {
      alert.state = AlertState::kInactive;
      alert.resolvedAt = time;
    }
    return false;
  }
  if (alert.state == AlertState::kPending &&
      time - alert.activeAt >= definition().holdFor.count()) {
    alert.state = AlertState::kFiring;
    alert.firedAt = time;
  }
  return true;
}

std::vector<RuleSample> AlertingRule::samplesOf(const std::vector<Element>& elements,
                                                const Evaluation& at) {
  std::map<LabelSet, Alert> found = alertsOf(elements, at.time);
  std::set<LabelSet> foundLabels;
  for (const auto& [labels, alert] : found) foundLabels.insert(labels);
  std::unique_lock lock(mutex_);
  merge(std::move(found));
  std::vector<RuleSample> samples;
  std::size_t active = 0;
  for (auto entry = alerts_.begin(); entry != alerts_.end();) {
    auto& [labels, alert] = *entry;
    const bool isFound = foundLabels.contains(labels);
    const bool isOver = alert.state == AlertState::kPending ||
                        (alert.resolvedAt && at.time - *alert.resolvedAt > kRetention.count());
    if (!isFound && isOver) {
      addChange(alert, AlertState::kInactive, at.time);
      entry = alerts_.erase(entry);
      continue;
    }
    if (advance(alert, isFound, at.time)) {
      ++active;
      if (isWritten_) appendSamples(alert, at.time - at.offset.count(), samples);
    }
    ++entry;
  }
  if (at.limit > 0 && active > at.limit) {
    lock.unlock();
    endAll(at.time);
    throw std::runtime_error("exceeded limit of " + std::to_string(at.limit) + " with " +
                             std::to_string(active) + " alerts");
  }
  return samples;
}

void AlertingRule::appendSamples(const Alert& alert, Time time,
                                 std::vector<RuleSample>& out) const {
  LabelSet state = alert.labels;
  state.set("__name__", "ALERTS");
  state.set("alertstate", stateName(alert.state));
  out.push_back({std::move(state), time, 1});
  LabelSet since = alert.labels;
  since.set("__name__", kSinceSeries);
  out.push_back({std::move(since), time, static_cast<double>(alert.activeAt / 1000)});
}

LabelSet AlertingRule::outerLabels(const Alert& alert) const {
  LabelSet labels = alert.labels;
  for (const auto& [name, value] : settings().externalLabels) {
    if (!labels.has(name)) labels.set(name, value);
  }
  return labels;
}

NotifiedAlert AlertingRule::notified(const Alert& alert, Time validUntil) const {
  NotifiedAlert told;
  told.labels = outerLabels(alert);
  told.annotations = alert.annotations;
  told.startsAt = alert.firedAt.value_or(alert.activeAt);
  told.endsAt = alert.resolvedAt.value_or(validUntil);
  told.resolved = alert.resolvedAt.has_value();
  told.generatorUrl = settings().externalUrl + tableLink(definition().query);
  told.cooldown = definition().cooldown;
  return told;
}

void AlertingRule::addChange(Alert& alert, AlertState to, Time time) {
  if (settings().notifier == nullptr || alert.toldState == to) return;
  alert.toldState = to;
  changes_.push_back(
      {time, outerLabels(alert), alert.annotations, alert.value, definition().name, to});
}

void AlertingRule::tell(const Evaluation& at) {
  if (settings().notifier == nullptr) return;
  const Time validUntil = at.time + 4 * std::max(settings().resendDelay, at.interval).count();
  std::vector<NotifiedAlert> all;
  std::vector<AlertChange> changes;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [labels, alert] : alerts_) {
      addChange(alert, alert.state, at.time);
      if (alert.state == AlertState::kPending) continue;
      const bool isNews =
          !alert.lastSentAt || (alert.resolvedAt && *alert.resolvedAt > *alert.lastSentAt);
      if (!isNews && *alert.lastSentAt + settings().resendDelay.count() >= at.time) continue;
      alert.lastSentAt = at.time;
      all.push_back(notified(alert, validUntil));
    }
    changes.swap(changes_);
  }
  if (!changes.empty()) settings().notifier->changed(changes);
  if (!all.empty()) settings().notifier->notify(all);
}

RuleStatus AlertingRule::status() const {
  RuleStatus status = Rule::status();
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state != AlertState::kInactive) status.alerts.push_back(alert);
  }
  return status;
}

void AlertingRule::takeOver(Rule& before) {
  Rule::takeOver(before);
  auto& same = dynamic_cast<AlertingRule&>(before);
  const std::scoped_lock lock(mutex_, same.mutex_);
  alerts_ = std::move(same.alerts_);
  isWritten_ = same.isWritten_;
}

std::set<LabelSet> AlertingRule::end(Time now) {
  endAll(now);
  return Rule::end(now);
}

void AlertingRule::endAll(Time now) {
  std::vector<NotifiedAlert> all;
  std::vector<AlertChange> changes;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [labels, alert] : alerts_) {
      addChange(alert, AlertState::kInactive, now);
      if (alert.state != AlertState::kFiring) continue;
      alert.resolvedAt = now;
      all.push_back(notified(alert, now));
    }
    alerts_.clear();
    changes.swap(changes_);
  }
  if (settings().notifier == nullptr) return;
  if (!changes.empty()) settings().notifier->changed(changes);
  if (!all.empty()) settings().notifier->notify(all);
}

void AlertingRule::restore(Time now) {
  isWritten_ = true;
  const RuleDefinition& rule = definition();
  if (rule.holdFor < settings().gracePeriod) return;
  const auto kept = sinceWhen(settings().own ? *settings().own : *settings().history, rule.name,
                              now - settings().outageTolerance.count(), now);
  const std::lock_guard lock(mutex_);
  for (auto& [labels, alert] : alerts_) {
    const auto known = kept.find(labels);
    if (known == kept.end()) continue;
    alert.activeAt = restoredStart(known->second, {now, rule.holdFor, settings().gracePeriod});
  }
}

}  // namespace orchestrator_exporter::rules
