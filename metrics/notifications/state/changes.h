#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metrics/notifications/dispatcher.h"
#include "metrics/notifications/notification.h"

namespace orchestrator_exporter::notifications {

// An alert went from one state to another: inactive, pending, firing, resolved.
struct Transition {
  Time time = 0;
  LabelSet labels = {};
  Annotations annotations = {};
  std::string from = {};
  std::string to = {};
  double value = 0;
  std::string rule = {};
};

// How a notification fares: queued, sending, sent, failed, dropped.
struct Progress {
  std::string id = {};
  std::string status = {};
  std::size_t tries = 0;  // 0: as before
  int httpStatus = 0;
  std::string error = {};
  double latency = 0;  // seconds
};

// Somebody did something: to a silence, to the configuration.
struct AuditEntry {
  Time time = 0;
  std::string what = {};
  std::string who = {};
  std::string before = {};
  std::string after = {};
};

// What is kept together or not at all.
struct Changes {
  std::vector<Alert> alerts = {};
  std::vector<Fingerprint> forgottenAlerts = {};
  std::vector<Transition> transitions = {};
  std::vector<Notification> queued = {};
  std::vector<Progress> progress = {};
  std::map<std::string, std::optional<Told>> told = {};  // by key; nullopt: forgotten
  std::map<std::string, Time> nextFlush = {};            // by group key
  std::vector<Silence> silences = {};
  std::vector<std::string> forgottenSilences = {};
  std::map<Fingerprint, Dispatcher::Cooling> cooling = {};
  std::vector<AuditEntry> audit = {};

  bool empty() const {
    return alerts.empty() && forgottenAlerts.empty() && transitions.empty() && queued.empty() &&
           progress.empty() && told.empty() && nextFlush.empty() && silences.empty() &&
           forgottenSilences.empty() && cooling.empty() && audit.empty();
  }
};

// What was kept when the program ended.
struct KeptState {
  std::vector<Alert> alerts = {};
  std::map<Fingerprint, std::string> states = {};  // of alerts, by what their transitions say
  std::vector<Notification> queued = {};           // those that were not sent, or perhaps not
  std::map<std::string, Told> told = {};
  std::map<std::string, Time> nextFlush = {};
  std::vector<Silence> silences = {};
  std::map<Fingerprint, Dispatcher::Cooling> cooling = {};
};

}  // namespace orchestrator_exporter::notifications
