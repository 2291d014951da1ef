#pragma once

#include <string>

namespace orchestrator_exporter::commands {

// Asks a URL of http or https once, as the probe http_2xx does, for health checks that have no
// other client: kDone if it answers with a status of 2xx within five seconds, else kCouldNot, and
// the reason on standard error.
int checkUrl(const std::string& url);

}  // namespace orchestrator_exporter::commands
