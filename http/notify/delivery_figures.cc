#include "http/notify/delivery_figures.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace orchestrator_exporter::http::notify {

namespace {

using notifications::Dispatcher;
using notifications::Suppression;
using notifications::Time;

std::string_view nameOf(Suppression suppression) {
  constexpr std::string_view kNames[] = {"inhibition", "active_time_interval", "mute_time_interval",
                                         "silence", "cooldown"};
  return kNames[static_cast<std::size_t>(suppression)];
}

std::string reasonOf(const Outcome& outcome) {
  if (outcome.status / 100 == 4) return "clientError";
  if (outcome.status / 100 == 5) return "serverError";
  return "other";
}

void addStates(const Dispatcher& dispatcher, Time now, Sink& out) {
  double active = 0;
  double suppressed = 0;
  for (const auto& [known, alert] : dispatcher.alerts()) {
    if (alert.isResolved(now)) continue;
    ++(dispatcher.mutingOf(alert.labels, now).isMuted() ? suppressed : active);
  }
  const ScalarFamily alerts =
      out.gauge("alertmanager_alerts", "Alerts that fire, by whether they may be told.");
  alerts.add(active, {{"state", "active"}});
  alerts.add(suppressed, {{"state", "suppressed"}});
  double states[] = {0, 0, 0};
  for (const auto& [id, silence] : dispatcher.silences().all()) {
    ++states[static_cast<std::size_t>(stateOf(silence, now))];
  }
  const ScalarFamily silences = out.gauge("alertmanager_silences", "Silences by their states.");
  for (const auto state :
       {notifications::SilenceState::kPending, notifications::SilenceState::kActive,
        notifications::SilenceState::kExpired}) {
    silences.add(states[static_cast<std::size_t>(state)],
                 {{"state", notifications::nameOf(state)}});
  }
}

}  // namespace

void DeliveryFigures::observe(const std::string& integration, double latency) {
  Latency& all = latencies_[integration];
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), latency);
  ++all.counts[static_cast<std::size_t>(bound - kBounds.begin())];
  all.sum += latency;
}

void DeliveryFigures::countSent(const std::string& integration, double latency) {
  ++total_[integration];
  observe(integration, latency);
}

void DeliveryFigures::countFailed(const std::string& integration, const Outcome& outcome,
                                  double latency) {
  ++total_[integration];
  ++failed_[{integration, reasonOf(outcome)}];
  observe(integration, latency);
}

void DeliveryFigures::collect(const Dispatcher& dispatcher, Time now, Sink& out) const {
  addStates(dispatcher, now, out);
  std::map<std::string, double> waiting;
  for (const notifications::Receiver& receiver : dispatcher.plan().receivers) {
    waiting[receiver.name] = 0;
  }
  for (const auto& [key, delivery] : dispatcher.deliveries().all()) {
    for (const auto* const any : {&delivery.sending, &delivery.waiting}) {
      if (*any) ++waiting[(*any)->receiver];
    }
  }
  for (const auto& [receiver, count] : waiting) {
    out.gauge("alerting_outbox_length", "Notifications that wait for their receiver.")
        .add(count, {{"receiver", receiver}});
  }
  for (const auto& [integration, count] : total_) {
    out.counter("alertmanager_notifications_total", "Notifications that were sent or given up.")
        .add(static_cast<double>(count), {{"integration", integration}});
  }
  for (const auto& [integration, count] : failed_) {
    out.counter("alertmanager_notifications_failed_total", "Notifications that were given up.")
        .add(static_cast<double>(count),
             {{"integration", integration.first}, {"reason", integration.second}});
  }
  for (const auto& [reason, count] : dispatcher.suppressed()) {
    out.counter("alertmanager_notifications_suppressed_total",
                "Alerts that a notification left out.")
        .add(static_cast<double>(count), {{"reason", nameOf(reason)}});
  }
  for (const auto& [integration, latency] : latencies_) {
    std::vector<Bucket> buckets;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < latency.counts.size(); ++i) {
      count += latency.counts[i];
      buckets.push_back(
          {i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity(), count});
    }
    out.histogram("alertmanager_notification_latency_seconds",
                  "How long it took from the decision to tell to the receiver's answer.")
        .add({.buckets = buckets, .count = count, .sum = latency.sum},
             {{"integration", integration}});
  }
  out.counter("alerting_storage_errors_total", "Writes to state.db that failed.")
      .add(static_cast<double>(storageErrors_));
}

}  // namespace orchestrator_exporter::http::notify
