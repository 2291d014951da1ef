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
  std::string hostName = {};
  std::vector<Link> links = {};            // in this order, the most wanted one first
  std::vector<Collector> collectors = {};  // in this order
};

// The page as one HTML document of its own: it asks the browser for nothing else, needs no script,
// and has a light and a dark look. `target` is the host:port of the scrape configuration that it
// shows; without one it shows none.
std::string renderLandingPage(const LandingPage& page, std::string_view target);

// GET of the landing page; `describe` is called for each request, by several threads at once. The
// target is the Host that the browser asked for.
Endpoint landingPageEndpoint(std::function<LandingPage()> describe);

}  // namespace orchestrator_exporter::http
