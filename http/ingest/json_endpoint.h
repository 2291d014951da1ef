#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "http/ingest/ingest_door.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {

constexpr std::size_t kLargestJson = std::size_t{1} << 20;  // bytes, unpacked

// Takes application/json of at most kLargestJson, and answers 200 with the object that `take` makes
// of the body. What is refused, by `take` too, is answered with {"error": "..."}: it throws as an
// endpoint does. Both are counted and logged under `protocol`, of static storage, by the door,
// which must outlive it.
Endpoint jsonEndpoint(IngestDoor& door, std::string_view protocol,
                      std::function<nlohmann::json(std::string_view body)> take);

}  // namespace orchestrator_exporter::http
