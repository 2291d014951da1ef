#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exporter/configuration/value.h"
#include "exporter/notifications/alertmanager_file.h"

namespace orchestrator_exporter::alertmanager {

// Adds a receiver of the file, with its integrations and its channels. What contradicts itself is a
// fault.
void addReceiver(const configuration::Value& receiver, const configuration::Value& file,
                 const http::notify::MessageStyle& style, notifications::Plan& plan, File& out,
                 configuration::Faults& faults);

}  // namespace orchestrator_exporter::alertmanager
