#pragma once

#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http::browser {

// A file that the build packed into the program.
struct PackedFile {
  std::string_view gzip;  // its bytes, packed; empty in a build without web parts
  std::string_view tag;   // changes with its bytes
};

// web-vitals and our sender in one script, and the licence of web-vitals. The build writes both
// (cmake/BrowserScript.cmake).
PackedFile browserScript();
PackedFile browserScriptLicence();

// GET of such a file: packed for clients that take gzip, and 304 for one that has it. Clients keep
// it for an hour.
Endpoint packedFileEndpoint(PackedFile file, std::string_view contentType);

}  // namespace orchestrator_exporter::http::browser
