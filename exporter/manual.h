#pragma once

#include <string>
#include <vector>

#include "exporter/help_text.h"

namespace orchestrator_exporter {

// The manual page, orchestrator_exporter(8), made of the sections of --help and the pages of the
// subcommands; in the macros of man(7).
std::string manualPage(const std::vector<HelpSection>& sections,
                       const std::vector<HelpSection>& commands);

}  // namespace orchestrator_exporter
