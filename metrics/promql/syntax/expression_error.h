#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::promql {

// What Go says of a regular expression of which RE2 gives this reason: error parsing regexp:
// missing closing ): `(`.
std::string expressionError(std::string_view reason);

}  // namespace orchestrator_exporter::promql
