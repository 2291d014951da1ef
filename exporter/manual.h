#pragma once

#include <string>
#include <vector>

#include "exporter/help_text.h"

namespace orchestrator_exporter {

// The manual page, orchestrator_exporter(8), made of the sections of --help; in the macros of
// man(7).
std::string manualPage(const std::vector<HelpSection>& sections);

}  // namespace orchestrator_exporter
