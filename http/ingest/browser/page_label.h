#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::http::browser {

// What a page is called in a label: its path without query and fragment, so that pages of one kind
// have one name. Segments that are numbers, UUIDs, eight or more hexadecimal digits, longer than 40
// characters, or not printable UTF-8 become `:id`; empty ones vanish; the first six stay. Always
// begins with a slash and is UTF-8, whatever the bytes.
std::string pageLabel(std::string_view page);

}  // namespace orchestrator_exporter::http::browser
