#pragma once

#include <string>

#include "http/ingest/statsd/mapping.h"

namespace orchestrator_exporter::http::statsd {

// Reads a mapping file, whose format is that of statsd_exporter. Throws ParseError "FILE:LINE: KEY:
// …" for the first thing that is wrong with it; an unknown key is.
Mappings readMappings(const std::string& path);

}  // namespace orchestrator_exporter::http::statsd
