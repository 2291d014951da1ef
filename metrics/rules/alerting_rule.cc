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
    : Rule(std::move(definition), settings),
      generatorUrl_(settings.externalUrl + tableLink(this->definition().query)),
      isWritten_(!settings.restores) {}

AlertingRule::Found AlertingRule::foundOf(const Element& element, Time time) const {
  const AlertData data{element.labels, element.value, settings().externalLabels,
                       settings().externalUrl,
                       [this, time](const std::string& query) { return ask(query, time); }};
  const RuleDefinition& rule = definition();
  std::vector<LabelSet::Pair> labels;
  labels.reserve(element.labels.size() + rule.labels.size() + 1);
  for (const auto& pair : element.labels) {
    if (pair.first != "__name__") labels.push_back(pair);
  }
  for (std::size_t i = 0; i < rule.labels.size(); ++i) {
    labels.emplace_back(rule.labels[i].first, rule.labelTemplates[i].expand(data));
  }
  labels.emplace_back("alertname", rule.name);
  TextPairs annotations;
  annotations.reserve(rule.annotations.size());
  for (std::size_t i = 0; i < rule.annotations.size(); ++i) {
    annotations.emplace_back(rule.annotations[i].first, rule.annotationTemplates[i].expand(data));
  }
  return {LabelSet(std::move(labels)), Annotations(std::move(annotations)), element.value};
}

std::vector<AlertingRule::Found> AlertingRule::foundOf(const std::vector<Element>& elements,
                                                       Time time) const {
  std::vector<Found> all;
  all.reserve(elements.size());
  for (const Element& element : elements) all.push_back(foundOf(element, time));
  std::ranges::sort(all, {}, &Found::labels);
  if (std::ranges::adjacent_find(all, {}, &Found::labels) != all.end()) {
    throw std::runtime_error(
        "vector contains metrics with the same labelset after applying alert labels");
  }
  return all;
}

// What was known keeps its state and takes the newest value; what had ended begins again.
void AlertingRule::merge(std::vector<Found> found, Time time) {
  for (Found& one : found) {
    const auto [entry, isNew] = alerts_.try_emplace(std::move(one.labels));
    Tracked& known = entry->second;
    if (isNew || known.alert.state == AlertState::kInactive) {
      known = {.alert = {.labels = entry->first, .activeAt = time}};
    }
    known.isFound = true;
    known.alert.value = one.value;
    known.alert.annotations = std::move(one.annotations);
  }
}

bool AlertingRule::advance(Tracked& tracked, Time time) const {
  Alert& alert = tracked.alert;
  bool fires = tracked.isFound;
  if (tracked.isFound) {
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
  std::vector<Found> found = foundOf(elements, at.time);
  std::unique_lock lock(mutex_);
  merge(std::move(found), at.time);
  std::vector<RuleSample> samples;
  std::size_t active = 0;
  for (auto entry = alerts_.begin(); entry != alerts_.end();) {
    Tracked& tracked = entry->second;
    Alert& alert = tracked.alert;
    const bool isOver = alert.state == AlertState::kPending ||
                        (alert.resolvedAt && at.time - *alert.resolvedAt > kRetention.count());
    if (!tracked.isFound && isOver) {
      addChange(alert, AlertState::kInactive, at.time);
      entry = alerts_.erase(entry);
      continue;
    }
    if (advance(tracked, at.time)) {
      ++active;
      if (isWritten_) appendSamples(tracked, at.time - at.offset.count(), samples);
    }
    tracked.isFound = false;
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

void AlertingRule::appendSamples(Tracked& tracked, Time time, std::vector<RuleSample>& out) {
  const Alert& alert = tracked.alert;
  if (tracked.sinceSeries.empty()) {
    tracked.sinceSeries = alert.labels;
    tracked.sinceSeries.set("__name__", kSinceSeries);
  }
  if (tracked.seriesState != alert.state) {
    tracked.seriesState = alert.state;
    tracked.stateSeries = alert.labels;
    tracked.stateSeries.set("__name__", "ALERTS");
    tracked.stateSeries.set("alertstate", stateName(alert.state));
  }
  out.push_back({tracked.stateSeries, time, 1});
  out.push_back({tracked.sinceSeries, time, static_cast<double>(alert.activeAt / 1000)});
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
  told.generatorUrl = generatorUrl_;
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
    for (auto& [labels, tracked] : alerts_) {
      Alert& alert = tracked.alert;
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

RuleStatus AlertingRule::status(StatusDetail detail) const {
  RuleStatus status = Rule::status(detail);
  if (detail == StatusDetail::kFigures) return status;
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, tracked] : alerts_) {
    if (tracked.alert.state != AlertState::kInactive) status.alerts.push_back(tracked.alert);
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

std::vector<LabelSet> AlertingRule::end(Time now) {
  endAll(now);
  return Rule::end(now);
}

void AlertingRule::endAll(Time now) {
  std::vector<NotifiedAlert> all;
  std::vector<AlertChange> changes;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [labels, tracked] : alerts_) {
      Alert& alert = tracked.alert;
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
  for (auto& [labels, tracked] : alerts_) {
    const auto known = kept.find(labels);
    if (known == kept.end()) continue;
    tracked.alert.activeAt =
        restoredStart(known->second, {now, rule.holdFor, settings().gracePeriod});
  }
}

}  // namespace orchestrator_exporter::rules
