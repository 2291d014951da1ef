#pragma once

#include "exporter/configuration/configuration_file.h"
#include "exporter/host/flags.h"
#include "metrics/readings.h"

namespace orchestrator_exporter::configuration {

// Lets the readings have the interval that --history.interval says, else global.scrape_interval,
// now and after each reload. All must outlive the file.
void followInterval(ConfigurationFile& file, const Flags& flags, Readings& readings);

}  // namespace orchestrator_exporter::configuration
