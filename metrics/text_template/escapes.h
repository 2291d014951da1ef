#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::text_template {

// Texts made inert within HTML, within a string of JavaScript, and within the query of a URL.
std::string escapedForHtml(std::string_view text);
std::string escapedForJavaScript(std::string_view text);
std::string escapedForQuery(std::string_view text);

}  // namespace orchestrator_exporter::text_template
