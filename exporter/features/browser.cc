#include <memory>
#include <string>

#include "exporter/features/feature.h"
#include "http/ingest/browser/beacon_endpoint.h"
#include "http/ingest/browser/packed_files.h"

// What browsers measure of web pages: beacons at POST /api/metrics, and the script that sends them.

namespace orchestrator_exporter {

namespace {

using namespace http::browser;

class Browser final : public Feature {
 public:
  explicit Browser(Parts& parts)
      : intake_(parts.registry, parts.recorder.families().options(),
                static_cast<std::size_t>(parts.flags.integer("browser.max-pages")), parts.sampled) {
    const std::string path = "/api/metrics";
    const BeaconRules rules{.allowedOrigins = parts.flags.list("browser.allow-origin"),
                            .allowHeadless = parts.flags.enabled("browser.allow-headless")};
    // Browsers everywhere send beacons, so that they are not for writers only.
    const http::RouteOptions anybody{.access = http::Access::kRead, .bodyLimit = kLargestBeacon};
    parts.router.add("POST", path, beaconEndpoint(intake_, parts.ingest, rules), anybody);
    parts.router.add("OPTIONS", path, preflightEndpoint(rules));
    parts.ingest.statistics().countSeriesBy(kProtocol,
                                            [this] { return intake_.families().size(); });
    if (browserScript().gzip.empty()) {
      parts.log(LogLevel::kDebug, "/browser.js is not there: built without web parts");
      return;
    }
    parts.router.add("GET", "/browser.js",
                     packedFileEndpoint(browserScript(), "text/javascript; charset=utf-8"));
    parts.router.add("GET", "/browser.js.LICENSE.txt",
                     packedFileEndpoint(browserScriptLicence(), "text/plain; charset=utf-8"));
  }

 private:
  BeaconIntake intake_;
};

const RegisterFeature browser{{
    .name = "browser",
    .flags = {switchFlag("ingest.browser", true,
                         "Take beacons of web pages at POST /api/metrics, and serve /browser.js."),
              listFlag("browser.allow-origin",
                       "An origin whose pages may send beacons, as https://shop.example, or *; "
                       "this server's own may."),
              integerFlag("browser.max-pages", 200, {1, 100'000},
                          "Pages with a name of their own; further ones are 'other'."),
              switchFlag("browser.allow-headless", false,
                         "Take beacons of browsers without a screen, as tests run them.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("ingest.browser")) return nullptr;
      return std::make_unique<Browser>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
