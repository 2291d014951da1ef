#pragma once

#include <string_view>
#include <vector>

#include "exporter/configuration/key.h"

namespace orchestrator_exporter::alertmanager {

// The keys of an alertmanager.yml that are taken
// (https://prometheus.io/docs/alerting/latest/configuration/).
std::vector<configuration::Key> keys();

// The keys of receivers that Alertmanager has and that are not supported.
bool isOtherKey(std::string_view name);

}  // namespace orchestrator_exporter::alertmanager
