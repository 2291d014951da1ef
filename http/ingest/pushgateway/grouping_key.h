#pragma once

#include <string>
#include <string_view>

#include "metrics/pushed/push_groups.h"

namespace orchestrator_exporter::http::pushgateway {

// The labels that a path names: what stands behind "/metrics/", decoded, as "job/J/label/value".
// A name that ends in "@base64" has a value in base64url, of which the padding may be missing; "="
// is an empty one. Throws ParseError with the reason for anything else, for a job that is empty,
// and for a label that is no name or comes twice.
PushGroup::Labels groupingKey(std::string_view path);

}  // namespace orchestrator_exporter::http::pushgateway
