#include "http/ingest/browser/origins.h"

#include <algorithm>

#include "http/front/access.h"
#include "http/server/header_value.h"

namespace orchestrator_exporter::http::browser {

Fields Origins::check(const Request& request) const {
  const auto origin = request.header("Origin");
  if (!origin) {
    const auto site = request.header("Sec-Fetch-Site").value_or("");
    if (equalIgnoringCase(site, "cross-site") && !allowsAll()) {
      throw HttpError(403, "pages of another site may not send beacons");
    }
    return {};
  }
  const bool allowed = allowsAll() || isOriginOf(*origin, request.header("Host").value_or("")) ||
                       std::find(allowed_.begin(), allowed_.end(), *origin) != allowed_.end();
  if (!allowed) {
    throw HttpError(403, "pages of this origin may not send beacons", {{"Vary", "Origin"}});
  }
  return {{"Access-Control-Allow-Origin", std::string(*origin)}, {"Vary", "Origin"}};
}

bool Origins::allowsAll() const {
  return std::find(allowed_.begin(), allowed_.end(), "*") != allowed_.end();
}

}  // namespace orchestrator_exporter::http::browser
