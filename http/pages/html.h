#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// The text as it stands in HTML, between tags or in a quoted attribute; what is not UTF-8 becomes
// U+FFFD, and so do control characters, which HTML cannot hold.
std::string escapeHtml(std::string_view text);

}  // namespace orchestrator_exporter::http
