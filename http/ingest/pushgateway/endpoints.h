#pragma once

#include <map>
#include <string>
#include <string_view>

#include "http/ingest/ingest_door.h"
#include "http/server/message.h"
#include "metrics/pushed/push_groups.h"

namespace orchestrator_exporter::http::pushgateway {

inline constexpr std::string_view kProtocol = "pushgateway";  // in IngestStatistics

// PUT and POST of /metrics/job/J{/label/value}: a body takes the place of the group, or of its
// families of the same names. 200, or 400 with the reason. How long the group stays may be said by
// the parameter `ttl` or the header X-Push-TTL, as 10m.
Endpoint pushEndpoint(PushGroups& groups, IngestDoor& door, PushGroups::Replace replace);
// DELETE of the same: 202, also if there is no such group.
Endpoint deleteEndpoint(PushGroups& groups, IngestDoor& door);
// GET /api/v1/metrics: all groups as JSON.
Endpoint groupsEndpoint(PushGroups& groups);
// GET /api/v1/status: who answers, with these flags.
Endpoint statusEndpoint(const std::map<std::string, std::string>& build,
                        const std::map<std::string, std::string>& flags);
// PUT /api/v1/admin/wipe: takes all groups out, 202.
Endpoint wipeEndpoint(PushGroups& groups);

}  // namespace orchestrator_exporter::http::pushgateway
