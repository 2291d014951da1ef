#pragma once

#include <cstddef>

#include "http/endpoints/api/answer.h"
#include "metrics/promql/engine.h"

namespace orchestrator_exporter::http {

// A query's result as the API gives it: {"resultType": ..., "result": ...}, with its warnings and
// infos. With a limit other than 0, more series than that are left out, with a warning. A range
// query's result is always a matrix, of a scalar too.
ApiAnswer apiAnswerOf(const promql::QueryResult& result, std::size_t limit);

}  // namespace orchestrator_exporter::http
