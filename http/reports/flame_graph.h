#pragma once

#include <string>
#include <string_view>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::http {

// A profile as one HTML file that asks for nothing else: the flame graph, root on top and coloured
// by what the time goes to, and the hot spots. It can be read without scripts; with them a click
// enlarges a function and a search marks those of a name. Has a light and a dark look. What takes
// less than a thousandth is left out.
std::string flameGraphPage(const profiling::Profile& profile);

// The same for a place within another page, which has the style and the script in it and in its
// security policy.
std::string flameGraphPart(const profiling::Profile& profile);
extern const std::string_view kFlameGraphStyle;
extern const std::string_view kFlameGraphScript;

// How a style or script is named in a Content-Security-Policy: 'sha256-…'.
std::string policyHash(std::string_view text);

}  // namespace orchestrator_exporter::http
