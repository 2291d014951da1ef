#pragma once

#include <memory>

#include "http/server/router.h"
#include "metrics/history/exemplars.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter::http {

// query_exemplars of Prometheus' HTTP API. Without `exemplars`, if none are kept, it finds none.
void addExemplarEndpoint(Router& router, const std::shared_ptr<const history::Exemplars>& exemplars,
                         const promql::ParseOptions& language);

}  // namespace orchestrator_exporter::http
