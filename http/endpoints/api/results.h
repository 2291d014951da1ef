#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "http/endpoints/api/answer.h"
#include "metrics/promql/engine.h"

namespace orchestrator_exporter::http {

// A query's result as the API gives it: {"resultType": ..., "result": ...}, with its warnings and
// infos. With a limit other than 0, more series than that are left out, with a warning. A range
// query's result is always a matrix, of a scalar too. With `waited`, how long the query waited for
// its turn, it also says what answering took.
ApiAnswer apiAnswerOf(const promql::QueryResult& result, std::size_t limit,
                      std::optional<std::chrono::nanoseconds> waited = {});

}  // namespace orchestrator_exporter::http
