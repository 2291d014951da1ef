#pragma once

#include <memory>

#include "exporter/configuration/key.h"
#include "exporter/features/feature.h"
#include "http/notify/notification_center.h"

namespace orchestrator_exporter::alertmanager {

// The block `notifications`.
configuration::Key notificationsBlock();

// What tells people of alerts as the configuration says, with its figures and its endpoints; null
// if nobody is to be told. Throws configuration::ConfigurationError. Whoever holds it stops it.
std::shared_ptr<http::notify::NotificationCenter> makeCenter(Parts& parts);

}  // namespace orchestrator_exporter::alertmanager
