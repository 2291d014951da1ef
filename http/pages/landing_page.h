#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// How a collector fared in the last scrape that it took part in.
enum class CollectorHealth : std::uint8_t { kNotRunYet, kGood, kNoData, kFailed };

// All that the landing page shows, as plain text: the page escapes what it must.
struct LandingPage {
  struct Link {
    std::string path;
    std::string name;
    std::string description;
  };
  struct Collector {
    std::string name;
    CollectorHealth health = CollectorHealth::kNotRunYet;
    std::optional<std::chrono::duration<double>> duration = {};  // of its last run
    std::string note = {};                                       // why it failed, or empty
  };

  std::string name = {};
  std::string description = {};
  std::string version = {};
  std::string revision = {};  // of the source; empty if it is not known
  std::string hostName = {};
  std::chrono::seconds uptime = {};  // of the process
  std::string recordsPath = {};      // where records are posted; empty if they are not taken
  std::vector<Link> links = {};      // in this order, the most wanted one first
  std::vector<Collector> collectors = {};
};

// The page as one HTML document of its own: it asks the browser for nothing else, needs no script,
// and has a light and a dark look. Collectors that failed come first, then those that gave samples;
// those that have nothing to read here or have not run yet are named together, each once. `target`
// is the host:port of the examples that it shows; without one it shows none.
std::string renderLandingPage(const LandingPage& page, std::string_view target);

// GET of the landing page; `describe` is called for each request, by several threads at once. The
// target is the Host that the browser asked for.
Endpoint landingPageEndpoint(std::function<LandingPage()> describe);

}  // namespace orchestrator_exporter::http
