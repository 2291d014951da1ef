#pragma once

#include "metrics/base/text_buffer.h"
#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::http {

// A query as parse_query of Prometheus' HTTP API tells it: JSON, an object a node of its tree.
void appendSyntaxTree(TextBuffer& out, const promql::Expression& expression);

}  // namespace orchestrator_exporter::http
