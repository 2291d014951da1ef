#pragma once

#include <string>

#include "http/server/router.h"

namespace orchestrator_exporter::http::live {

struct PageFacts {
  std::string hostName;
  std::string metricsPath;
};

// Adds the page at / and its files at /live/TAG/NAME, which browsers keep for good since the tag
// changes with them. They are packed already; who cannot unpack them gets them plain.
void addPage(Router& router, const PageFacts& facts);

}  // namespace orchestrator_exporter::http::live
