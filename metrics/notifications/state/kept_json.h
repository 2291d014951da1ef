#pragma once

#include <string>
#include <string_view>

#include "metrics/notifications/notification.h"
#include "metrics/notifications/silences.h"
#include "metrics/notifications/told.h"

namespace orchestrator_exporter::notifications {

// How what is kept is written: JSON, so that people can read a state file too. Readers throw
// std::runtime_error for anything that is no such text.

std::string writtenLabels(const LabelSet& labels);
std::string writtenPairs(const TextPairs& pairs);
std::string written(const Alert& alert);
std::string written(const Notification& notification);
std::string written(const Silence& silence);
std::string written(const Told& told);

LabelSet readLabels(std::string_view text);
Alert readAlert(std::string_view text);
Notification readNotification(std::string_view text);
Silence readSilence(std::string_view text);
Told readTold(std::string_view text);

}  // namespace orchestrator_exporter::notifications
